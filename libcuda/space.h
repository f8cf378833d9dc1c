/* Address space that costs nothing until it is used, also in a program that has called mlockall(MCL_FUTURE).
 *
 * There every new mapping is locked: one that can be written is filled with memory at once, and a range of many GiB
 * takes the machine's for ever. Such a range is made without access, which fills nothing, then unlocked, and only then
 * may be written. The limit of locked memory counts it in between: a program that has one below the range's size gets
 * NULL. */
#ifndef LC_SPACE_H
#define LC_SPACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* `bytes` that cannot be accessed yet: mprotect opens any part. NULL if the system refuses. munmap gives it back. */
void *lc_space_reserve(size_t bytes);

/* The same at exactly that address, a page's: false if anything is there. */
bool lc_space_take(uint64_t at, size_t bytes);

/* The same, to read and write: zeroes. */
void *lc_space_memory(size_t bytes);

/* Whether the program limits its address space: it needs it for itself then. */
bool lc_space_is_limited(void);

/* Whether all pages of [at, at + bytes) are of this process: elsewhere there is nothing that could be page-locked. */
bool lc_space_is_mapped(const void *at, size_t bytes);

/* What such memory points to is in use: told to the leak checker of a program that is built with one
 * (AddressSanitizer). */
void lc_space_show_pointers(const void *at, size_t bytes);

#endif
