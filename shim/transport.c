/* TCP: connect, send, receive, notice that the peer is gone. */
#include "transport.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "generated/limits.h"

/* Programs that close "all" low descriptors, as daemons do, must not close ours. */
enum { DESCRIPTOR_LOW = 500 };
enum { RTO_MAX_MS = 44 };   /* TCP_RTO_MAX_MS of linux/tcp.h, where that is old */

enum { COPIED_BYTES = 4096 };   /* of memory that opens page by page */

uint64_t bf_transport_now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static int left_ms(uint64_t deadline_ns)
{
    uint64_t now = bf_transport_now_ns();
    return now >= deadline_ns ? 0 : (int)((deadline_ns - now + 999999) / 1000000);
}

/* errno stays. */
static void explain(char *error, size_t room, const char *cause)
{
    int saved = errno;
    snprintf(error, room, "%s", cause);
    errno = saved;
}

/* A name is looked up with descriptors of its own, and without them it is told as one that does not exist. */
static void explain_name(char *error, size_t room, int failure)
{
    int probe = failure == EAI_SYSTEM ? -1 : socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    explain(error, room, probe < 0 ? strerror(errno) : gai_strerror(failure));
    if (probe < 0)
        return;
    close(probe);
    errno = ENOENT;
}

static void configure(int fd)
{
    const int on = 1, idle = BF_KEEPALIVE_IDLE_S, interval = BF_KEEPALIVE_INTERVAL_S, probes = BF_KEEPALIVE_PROBES,
              again = BF_ASKED_AGAIN_MAX_MS;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
    setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle, sizeof idle);
    setsockopt(fd, IPPROTO_TCP, TCP_KEEPINTVL, &interval, sizeof interval);
    setsockopt(fd, IPPROTO_TCP, TCP_KEEPCNT, &probes, sizeof probes);
    /* Otherwise a server that has been busy for long is asked every two minutes whether it is there. Since Linux 6.15. */
    setsockopt(fd, IPPROTO_TCP, RTO_MAX_MS, &again, sizeof again);
}

static int move_high(int fd)
{
    int high = fcntl(fd, F_DUPFD_CLOEXEC, DESCRIPTOR_LOW);
    if (high < 0)
        return fd;   /* The limit on descriptors is below ours: the low one must do. */
    close(fd);
    return high;
}

/* 0, or the errno of the connection attempt. */
static int finish_connect(int fd, uint64_t deadline_ns)
{
    struct pollfd ready = {.fd = fd, .events = POLLOUT};
    int count;
    do {
        count = poll(&ready, 1, left_ms(deadline_ns));
    } while (count < 0 && errno == EINTR);
    if (count < 0)
        return errno;
    if (count == 0)
        return ETIMEDOUT;
    int cause = 0;
    socklen_t bytes = sizeof cause;
    return getsockopt(fd, SOL_SOCKET, SO_ERROR, &cause, &bytes) ? errno : cause;
}

/* Descriptor or -1 with errno. */
static int connect_address(const struct sockaddr *address, socklen_t bytes, uint64_t deadline_ns)
{
    int fd = socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return -1;
    fd = move_high(fd);
    int cause = 0;
    if (connect(fd, address, bytes))
        cause = errno == EINPROGRESS || errno == EINTR ? finish_connect(fd, deadline_ns) : errno;
    int flags = fcntl(fd, F_GETFL);
    if (!cause && (flags < 0 || fcntl(fd, F_SETFL, flags & ~O_NONBLOCK)))
        cause = errno;
    if (cause) {
        close(fd);
        errno = cause;
        return -1;
    }
    configure(fd);
    return fd;
}

int bf_transport_connect(const char *host, unsigned port, int timeout_ms, char *error, size_t room)
{
    uint64_t deadline = bf_transport_now_ns() + (uint64_t)timeout_ms * 1000000u;
    char service[16];
    snprintf(service, sizeof service, "%u", port);
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV}, *found;
    int failure = getaddrinfo(host, service, &hints, &found);
    if (failure) {
        explain_name(error, room, failure);
        return -1;
    }
    int fd = -1;
    for (const struct addrinfo *each = found; each && fd < 0; each = each->ai_next)
        fd = connect_address(each->ai_addr, each->ai_addrlen, deadline);
    int cause = errno;
    freeaddrinfo(found);
    errno = cause;
    if (fd < 0)
        explain(error, room, strerror(errno));
    return fd;
}

int bf_transport_connect_beside(int fd, unsigned port, int timeout_ms, char *error, size_t room)
{
    union {
        struct sockaddr any;
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
    } address;
    socklen_t bytes = sizeof address;
    int beside = -1;
    if (getpeername(fd, &address.any, &bytes) == 0) {
        if (address.any.sa_family == AF_INET6)
            address.v6.sin6_port = htons((uint16_t)port);
        else
            address.v4.sin_port = htons((uint16_t)port);
        beside = connect_address(&address.any, bytes, bf_transport_now_ns() + (uint64_t)timeout_ms * 1000000u);
    }
    if (beside < 0)
        explain(error, room, strerror(errno));
    return beside;
}

void bf_transport_close(int fd)
{
    if (fd >= 0)
        close(fd);
}

void bf_transport_shutdown(int fd)
{
    shutdown(fd, SHUT_RDWR);
}

void bf_transport_set_wait(int fd, int wait_ms)
{
    struct timeval wait = {.tv_sec = wait_ms / 1000, .tv_usec = (wait_ms % 1000) * 1000};
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof wait);
}

/* Memory that the kernel finds closed is copied here, by this thread: then it is the program's SIGSEGV handler that answers. */
static ptrdiff_t send_copied(int fd, const struct iovec *part)
{
    uint8_t copied[COPIED_BYTES];
    size_t bytes = part->iov_len < sizeof copied ? part->iov_len : sizeof copied;
    memcpy(copied, part->iov_base, bytes);
    return send(fd, copied, bytes, MSG_NOSIGNAL);
}

static ptrdiff_t receive_copied(int fd, void *out, size_t room, int flags)
{
    uint8_t copied[COPIED_BYTES];
    ptrdiff_t got = recv(fd, copied, room < sizeof copied ? room : sizeof copied, flags);
    if (got > 0)
        memcpy(out, copied, (size_t)got);
    return got;
}

ptrdiff_t bf_transport_send(int fd, const struct iovec *parts, int count)
{
    struct msghdr message = {.msg_iov = (struct iovec *)(uintptr_t)parts, .msg_iovlen = (size_t)count};
    ptrdiff_t sent = sendmsg(fd, &message, MSG_NOSIGNAL);
    if (sent < 0 && errno == EFAULT)
        sent = send_copied(fd, parts);
    if (sent < 0 && (errno == EAGAIN || errno == EINTR))
        return 0;
    return sent;
}

ptrdiff_t bf_transport_receive(int fd, void *out, size_t room, bool wait)
{
    int flags = wait ? 0 : MSG_DONTWAIT;
    ptrdiff_t got = recv(fd, out, room, flags);
    if (got < 0 && errno == EFAULT)
        got = receive_copied(fd, out, room, flags);
    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return 0;
    if (got == 0 && room) {
        errno = ECONNRESET;
        return -1;
    }
    return got;
}

bool bf_transport_is_readable(int fd, int wait_ms)
{
    struct pollfd ready = {.fd = fd, .events = POLLIN};
    return poll(&ready, 1, wait_ms) > 0;
}

bool bf_transport_is_gone(int fd, unsigned quiet_ms)
{
    struct tcp_info info;
    socklen_t bytes = sizeof info;
    if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &bytes))
        return true;
    /* A host whose program does not read answers each time that it is asked whether it does now: what counts is silence for longer
     * than TCP waits before it asks again, or several such questions in a row without an answer. */
    uint64_t again_ms = (uint64_t)info.tcpi_rto * 3 / 2000;
    bool lost = (info.tcpi_retransmits >= 2 && info.tcpi_last_ack_recv > again_ms) || info.tcpi_probes >= 3;
    return lost && info.tcpi_last_ack_recv >= quiet_ms;
}
