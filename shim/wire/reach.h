/* TCP connections: to whichever address of a name answers first. */
#ifndef BF_REACH_H
#define BF_REACH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "peer.h"

struct addrinfo;

/* Descriptor, or -1 with errno and one line about the cause in `error`. */
int bf_reach_host(const char *host, unsigned port, int timeout_ms, char *error, size_t room);
/* To another port of the host that `fd` is connected to. */
int bf_reach_beside(int fd, unsigned port, int timeout_ms, char *error, size_t room);

/* Whether the other end is on this machine. */
bool bf_reach_is_here(int fd);
/* False if it is broken already. */
bool bf_reach_peer_of(int fd, struct bf_peer *out);
/* Another port of that host. */
int bf_reach_peer(const struct bf_peer *peer, unsigned port, int timeout_ms, char *error, size_t room);

/* To one of these addresses: tried in their order, each a moment after the one before unless that has failed (RFC
 * 8305), so that one that does not answer costs a moment and not the whole time. Descriptor or -1 with errno. */
int bf_reach_any(const struct addrinfo *addresses, uint64_t deadline_ns);

#endif
