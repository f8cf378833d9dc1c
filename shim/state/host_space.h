/* Where page-locked memory of this process is.
 *
 * A kernel that is given an address of it finds memory there only if the server has the same addresses free (reach.h),
 * so it has addresses that no other memory has in an ordinary process, in whole pages of a GPU. */
#ifndef BF_HOST_SPACE_H
#define BF_HOST_SPACE_H

#include <stdbool.h>
#include <stddef.h>

#define BF_HOST_SPACE_PAGE ((size_t)2 << 20)

/* Zeros, at a multiple of a page of the system at least; NULL if the system has no memory. */
void *bf_host_space_take(size_t bytes);
/* Give back what was taken, whatever has been mapped over it since. */
void bf_host_space_give(void *at, size_t bytes);

/* Whether it has such addresses: not in a program that limits its address space, or that ThreadSanitizer watches, which
 * knows of no memory there. */
bool bf_host_space_is_apart(const void *at);

/* How many bytes of addresses that much memory has to itself. */
static inline size_t bf_host_space_whole(size_t bytes)
{
    return (bytes + BF_HOST_SPACE_PAGE - 1) / BF_HOST_SPACE_PAGE * BF_HOST_SPACE_PAGE;
}

#endif
