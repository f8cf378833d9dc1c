/* Kernels that are given an address of page-locked memory.
 *
 * Natively a device reaches all of it. Here it is memory of another machine: the server's device gets memory at the same
 * addresses, and from then on both are kept alike as managed memory is (managed.h). That has its price, a closed page
 * at each launch, so it is done for memory that a kernel, or what else a device does by an address, is given. */
#ifndef BF_REACH_H
#define BF_REACH_H

#include "memory.h"

/* A launch of `kernel` on that server with these parameters. Costs two loads if nothing is page-locked. Nothing may be
 * held. */
void bf_reach_launch(const struct bf_server *server, const char *kernel, const void *block, size_t bytes);

/* True if devices of that server reach the page-locked memory that has this address, now at the latest. */
bool bf_reach_address(const struct bf_server *server, uint64_t address);

/* Whether it may become so. */
bool bf_reach_is_possible(const struct bf_range *pinned);

/* What is registered is the program's alone again, with what the device has written: before it is unregistered, and before
 * its context ends. Nothing on the device uses it any more. */
void bf_reach_return(const struct bf_range *pinned);
void bf_reach_return_all(const struct bf_object *context);

/* It is freed: no device reaches it any more. */
void bf_reach_end(struct bf_server *server, const struct bf_range *pinned);

#endif
