/* Keeps host memory of this process away from addresses that are device memory.
 *
 * A device pointer is an address in another process. Here the same address may be free, and the next mmap of the
 * program may get it: then a copy that decides by its pointers, or a question whose memory a pointer is, would be
 * answered for the wrong one. So the addresses are taken here, too, without access and without memory. */
#ifndef BF_RESERVE_H
#define BF_RESERVE_H

#include <stdbool.h>
#include <stdint.h>

/* Takes the range and what is around it. Where host memory is already there, nothing can be done and nothing is. */
void bf_reserve(uint64_t base, uint64_t bytes);

/* The same of whole pages that something is to be mapped over: true if all of them are taken here. */
bool bf_reserve_own(uint64_t base, uint64_t bytes);

#endif
