/* TCP connections to hosts: resolving, racing addresses. */
#include "reach.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../generated/limits.h"
#include "transport.h"

enum {
    DESCRIPTOR_LOW = 500,   /* programs that close "all" low descriptors, as daemons do, must not close ours */
    RTO_MAX_MS = 44,        /* TCP_RTO_MAX_MS of linux/tcp.h, where that is old */
    ATTEMPTS_MAX = 16       /* that wait at the same time; addresses beyond wait for one to fail */
};

/* Attempts under way, and which address is next. */
struct race {
    struct pollfd pending[ATTEMPTS_MAX];
    unsigned count;
    const struct addrinfo *next;
    uint64_t next_ns;
    int cause;   /* of the last failure */
};

static int move_high(int fd)
{
    int high = fcntl(fd, F_DUPFD_CLOEXEC, DESCRIPTOR_LOW);
    if (high < 0)
        return fd;   /* The limit on descriptors is below ours: the low one must do. */
    close(fd);
    return high;
}

/* Begin with the next address. Its descriptor if it is connected at once, else -1. */
static int begin(struct race *race)
{
    const struct addrinfo *address = race->next;
    race->next = address->ai_next;
    race->next_ns = bf_transport_now_ns() + BF_CONNECT_NEXT_MS * 1000000ull;
    int fd = socket(address->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd >= 0 && connect(fd, address->ai_addr, address->ai_addrlen) == 0)
        return fd;
    if (fd >= 0 && (errno == EINPROGRESS || errno == EINTR)) {
        race->pending[race->count++] = (struct pollfd){.fd = fd, .events = POLLOUT};
        return -1;
    }
    race->cause = errno;
    race->next_ns = 0;
    if (fd >= 0)
        close(fd);
    return -1;
}

/* Look at those that have an outcome. The descriptor of one that is connected, else -1. */
static int collect(struct race *race)
{
    for (unsigned i = 0; i < race->count;) {
        struct pollfd *one = &race->pending[i];
        int cause = 0, fd = one->fd;
        socklen_t bytes = sizeof cause;
        if (!one->revents) {
            i++;
            continue;
        }
        *one = race->pending[--race->count];
        if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &cause, &bytes) == 0 && !cause)
            return fd;
        race->cause = cause ? cause : errno;
        race->next_ns = 0;
        close(fd);
    }
    return -1;
}

static int left_ms(uint64_t until_ns)
{
    uint64_t now = bf_transport_now_ns();
    return now >= until_ns ? 0 : (int)((until_ns - now + 999999) / 1000000);
}

/* The descriptor of the winner, -1 if there is none. */
static int run(struct race *race, uint64_t deadline_ns)
{
    while (race->count || race->next) {
        bool may_begin = race->next && race->count < ATTEMPTS_MAX;
        if (may_begin && bf_transport_now_ns() >= race->next_ns) {
            int fd = begin(race);
            if (fd >= 0)
                return fd;
            continue;
        }
        uint64_t until = may_begin && race->next_ns < deadline_ns ? race->next_ns : deadline_ns;
        for (unsigned i = 0; i < race->count; i++)
            race->pending[i].revents = 0;
        int ready = poll(race->pending, race->count, left_ms(until)), fd = ready > 0 ? collect(race) : -1;
        if (fd >= 0)
            return fd;
        if (bf_transport_now_ns() >= deadline_ns) {
            race->cause = ETIMEDOUT;
            return -1;
        }
    }
    return -1;
}

static bool make_blocking(int fd)
{
    int flags = fcntl(fd, F_GETFL);
    return flags >= 0 && fcntl(fd, F_SETFL, flags & ~O_NONBLOCK) == 0;
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
    /* Otherwise a server that has been busy for long is asked every two minutes whether it is there. Since Linux
     * 6.15. */
    setsockopt(fd, IPPROTO_TCP, RTO_MAX_MS, &again, sizeof again);
}

int bf_reach_any(const struct addrinfo *addresses, uint64_t deadline_ns)
{
    struct race race = {.next = addresses, .cause = EADDRNOTAVAIL};
    int fd = run(&race, deadline_ns);
    for (unsigned i = 0; i < race.count; i++)
        close(race.pending[i].fd);
    if (fd >= 0 && !make_blocking(fd)) {
        race.cause = errno;
        close(fd);
        fd = -1;
    }
    if (fd >= 0) {
        configure(fd);
        return move_high(fd);
    }
    errno = race.cause;
    return -1;
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

int bf_reach_host(const char *host, unsigned port, int timeout_ms, char *error, size_t room)
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
    int fd = bf_reach_any(found, deadline), cause = errno;
    freeaddrinfo(found);
    errno = cause;
    if (fd < 0)
        explain(error, room, strerror(cause));
    return fd;
}

union peer {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
};

bool bf_reach_is_here(int fd)
{
    union peer peer;
    socklen_t bytes = sizeof peer;
    if (getpeername(fd, &peer.any, &bytes))
        return false;
    if (peer.any.sa_family == AF_INET)
        return ntohl(peer.v4.sin_addr.s_addr) >> 24 == IN_LOOPBACKNET;
    const struct in6_addr *v6 = &peer.v6.sin6_addr;
    return peer.any.sa_family == AF_INET6 &&
           (IN6_IS_ADDR_LOOPBACK(v6) || (IN6_IS_ADDR_V4MAPPED(v6) && v6->s6_addr[12] == IN_LOOPBACKNET));
}

bool bf_reach_peer_of(int fd, struct bf_peer *out)
{
    struct sockaddr_in6 address;
    socklen_t bytes = sizeof address;
    _Static_assert(sizeof address <= sizeof out->address, "there is room for an address");
    if (getpeername(fd, (struct sockaddr *)&address, &bytes) || bytes > sizeof address)
        return false;
    memcpy(out->address, &address, bytes);
    out->bytes = bytes;
    return true;
}

int bf_reach_peer(const struct bf_peer *peer, unsigned port, int timeout_ms, char *error, size_t room)
{
    union {
        struct sockaddr any;
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
    } to;
    memcpy(&to, peer->address, sizeof to);
    if (to.any.sa_family == AF_INET6)
        to.v6.sin6_port = htons((uint16_t)port);
    else
        to.v4.sin_port = htons((uint16_t)port);
    const struct addrinfo address = {.ai_family = to.any.sa_family, .ai_addr = &to.any, .ai_addrlen = peer->bytes};
    int fd = bf_reach_any(&address, bf_transport_now_ns() + (uint64_t)timeout_ms * 1000000u);
    if (fd < 0)
        explain(error, room, strerror(errno));
    return fd;
}

int bf_reach_beside(int fd, unsigned port, int timeout_ms, char *error, size_t room)
{
    struct bf_peer peer;
    if (bf_reach_peer_of(fd, &peer))
        return bf_reach_peer(&peer, port, timeout_ms, error, room);
    explain(error, room, strerror(errno));
    return -1;
}
