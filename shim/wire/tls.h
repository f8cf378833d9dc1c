/* TLS on a connection: waits on its descriptor, and hands bytes to libbftls.so and back.
 *
 * One thread sends and another reads at the same time, and a session of TLS is for one thread. So it has a lock, which
 * is held while records are made or opened, and never while a thread waits for the network. Records wait in two places:
 * those that came, which the reader fills, and those that are to go, which one thread at a time sends.
 *
 * What a caller sends is told as sent when its last record has left: so nothing is left over that nobody would send. A
 * caller that was told 0 comes again with the same bytes, as with a plain connection. */
#ifndef BF_TLS_H
#define BF_TLS_H

#include <sys/uio.h>

#include "tls_library.h"

struct bf_tls;

/* TLS on a fresh connection, whose waits have a limit already, within so much time: NULL, with errno as a plain connection has it or 0, and a
 * problem that can stand behind the server's name. Nothing is sent for a peer that is not trusted. */
struct bf_tls *bf_tls_open(int fd, const struct bf_tls_peer *peer, int wait_ms, char *problem, size_t room);
/* The same on another connection to the same host, with the same trust. */
struct bf_tls *bf_tls_open_beside(int fd, struct bf_tls *other, int wait_ms, char *problem, size_t room);

/* Nobody else is inside any more. The descriptor stays open. */
void bf_tls_close(struct bf_tls *tls, int fd);

/* These are transport.h's. EBADMSG: what came is no TLS, or not as it was sent. */
ptrdiff_t bf_tls_send(struct bf_tls *tls, int fd, const struct iovec *parts, int count);
ptrdiff_t bf_tls_receive(struct bf_tls *tls, int fd, void *data, size_t room, bool wait);
/* Whether there is something without looking at the descriptor. */
bool bf_tls_is_readable(struct bf_tls *tls);

/* Of the server's certificate: BF_FINGERPRINT_BYTES. */
const uint8_t *bf_tls_fingerprint(const struct bf_tls *tls);

#endif
