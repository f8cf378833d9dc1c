/* TCP, with TLS or without: send, receive, notice that the peer is gone. Knows nothing of frames, calls or CUDA.
 *
 * Sockets are blocking, with a short time limit on each system call, after which the caller is asked whether to go on.
 * No call raises SIGPIPE; all survive EINTR. */
#ifndef BF_TRANSPORT_H
#define BF_TRANSPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>

/* A connection. That of nobody has no descriptor: -1. Whoever has the structure may move it. */
struct bf_link {
    int fd;
    struct bf_tls *tls;   /* NULL: plain TCP */
};

/* The server's certificate, as SHA-256 of its DER; NULL without TLS. */
const uint8_t *bf_transport_fingerprint(const struct bf_link *link);

/* What the user is told of an errno of receive and send. */
const char *bf_transport_reason(int cause);

void bf_transport_close(struct bf_link *link);
/* The same in a forked child, whose parent goes on with the connection: nothing is sent, and no lock is taken. */
void bf_transport_leave(struct bf_link *link);
/* End the connection both ways; threads inside send and receive return. The descriptor stays valid. */
void bf_transport_shutdown(struct bf_link *link);

/* Longest time that one receive or send waits in the kernel. */
void bf_transport_set_wait(struct bf_link *link, int wait_ms);

/* Bytes sent (may be few), 0 if the wait ran out, -1 with errno. */
ptrdiff_t bf_transport_send(struct bf_link *link, const struct iovec *parts, int count);
/* Bytes received, 0 if the wait ran out or, without `wait`, nothing was there; -1 with errno, ECONNRESET at the end, EBADMSG if
 * what came is no TLS. */
ptrdiff_t bf_transport_receive(struct bf_link *link, void *out, size_t room, bool wait);

/* Wait until something may be received, at most so long. */
bool bf_transport_is_readable(struct bf_link *link, int wait_ms);

/* True if what was sent is not being acknowledged: the host or the path to it is gone. A host that is there and does
 * not read (its window is closed) is not gone, which is why TCP_USER_TIMEOUT, which cannot tell the two apart, is
 * not set. */
bool bf_transport_is_gone(struct bf_link *link, unsigned quiet_ms);

/* Monotonic clock. */
uint64_t bf_transport_now_ns(void);

#endif
