/* The memory behind managed addresses: one file without a name, seen twice.
 *
 * The program sees a piece of it at the address that the device has for it, and what it may do there follows the state
 * of the page. We see the whole of it elsewhere, always readable and writable: so bytes are received and sent while the
 * program can touch nothing, and no system call of ours meets a closed page. Neither is there in a forked child. */
#ifndef BF_VIEWS_H
#define BF_VIEWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { BF_VIEWS_PAGE = 4096 };

enum bf_view_access { BF_VIEW_NONE, BF_VIEW_READ, BF_VIEW_WRITE };

/* A piece of zeros, seen at `address`, which this process has reserved: readable. Whole pages. Our own view of it, or
 * NULL if there is no memory for it. */
uint8_t *bf_views_map(uint64_t address, size_t bytes);
/* Give the piece back; the address stays reserved. */
void bf_views_unmap(uint64_t address, size_t bytes, uint8_t *own);

/* False if the system has no room for more borders between pages (vm.max_map_count). */
bool bf_views_set(uint64_t address, size_t bytes, enum bf_view_access access);

#endif
