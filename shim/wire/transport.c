/* TCP, with TLS or without: send, receive, notice that the peer is gone. */
#include "transport.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "tls.h"

enum { COPIED_BYTES = 4096 };   /* of memory that opens page by page */

uint64_t bf_transport_now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

const uint8_t *bf_transport_fingerprint(const struct bf_link *link)
{
    return link->tls ? bf_tls_fingerprint(link->tls) : NULL;
}

const char *bf_transport_reason(int cause)
{
    return cause == ECONNRESET ? "it closed the connection"
           : cause == EBADMSG  ? "what came is no TLS of its own: something on the way has changed it"
                               : strerror(cause);
}

void bf_transport_close(struct bf_link *link)
{
    if (link->tls)
        bf_tls_close(link->tls, link->fd);
    bf_transport_leave(link);
}

/* What TLS has in memory stays: another thread of the parent may have been in the middle of it. */
void bf_transport_leave(struct bf_link *link)
{
    if (link->fd >= 0)
        close(link->fd);
    *link = (struct bf_link){.fd = -1};
}

void bf_transport_shutdown(struct bf_link *link)
{
    shutdown(link->fd, SHUT_RDWR);
}

void bf_transport_set_wait(struct bf_link *link, int wait_ms)
{
    struct timeval wait = {.tv_sec = wait_ms / 1000, .tv_usec = (wait_ms % 1000) * 1000};
    setsockopt(link->fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
    setsockopt(link->fd, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof wait);
}

/* Memory that the kernel finds closed is copied here, by this thread: then it is the program's SIGSEGV handler that
 * answers. */
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

ptrdiff_t bf_transport_send(struct bf_link *link, const struct iovec *parts, int count)
{
    if (link->tls)
        return bf_tls_send(link->tls, link->fd, parts, count);
    struct msghdr message = {.msg_iov = (struct iovec *)(uintptr_t)parts, .msg_iovlen = (size_t)count};
    ptrdiff_t sent = sendmsg(link->fd, &message, MSG_NOSIGNAL);
    if (sent < 0 && errno == EFAULT)
        sent = send_copied(link->fd, parts);
    if (sent < 0 && (errno == EAGAIN || errno == EINTR))
        return 0;
    return sent;
}

ptrdiff_t bf_transport_receive(struct bf_link *link, void *out, size_t room, bool wait)
{
    if (link->tls)
        return bf_tls_receive(link->tls, link->fd, out, room, wait);
    int flags = wait ? 0 : MSG_DONTWAIT;
    ptrdiff_t got = recv(link->fd, out, room, flags);
    if (got < 0 && errno == EFAULT)
        got = receive_copied(link->fd, out, room, flags);
    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return 0;
    if (got == 0 && room) {
        errno = ECONNRESET;
        return -1;
    }
    return got;
}

bool bf_transport_is_readable(struct bf_link *link, int wait_ms)
{
    struct pollfd ready = {.fd = link->fd, .events = POLLIN};
    return (link->tls && bf_tls_is_readable(link->tls)) || poll(&ready, 1, wait_ms) > 0;
}

bool bf_transport_is_gone(struct bf_link *link, unsigned quiet_ms)
{
    struct tcp_info info;
    socklen_t bytes = sizeof info;
    if (getsockopt(link->fd, IPPROTO_TCP, TCP_INFO, &info, &bytes))
        return true;
    /* A host whose program does not read answers each time that it is asked whether it does now: what counts is
     * silence for longer than TCP waits before it asks again, or several such questions in a row without an answer. */
    uint64_t again_ms = (uint64_t)info.tcpi_rto * 3 / 2000;
    bool lost = (info.tcpi_retransmits >= 2 && info.tcpi_last_ack_recv > again_ms) || info.tcpi_probes >= 3;
    return lost && info.tcpi_last_ack_recv >= quiet_ms;
}
