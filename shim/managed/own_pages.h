/* What the system says of pages of this process. */
#ifndef BF_OWN_PAGES_H
#define BF_OWN_PAGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Whether all of it is memory of this process alone, in no file, that it may read and write. */
bool bf_own_pages_are_private(const void *at, size_t bytes);

/* Whether the page of an address may be read, or written; false also if the system cannot say. Changes nothing. */
bool bf_own_pages_allow(uintptr_t address, bool writes);

#endif
