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

/* Our own view of a piece of zeros that is seen nowhere else yet; NULL if there is no memory for it. Whole pages. */
uint8_t *bf_views_take(size_t bytes);
/* Let the program see it at `address`, in the place of what is there: false if the system refuses, and then nothing has
 * changed, or the address is reserved. */
bool bf_views_show(uint64_t address, size_t bytes, const uint8_t *own, enum bf_view_access access);
/* Give the piece back, whether it was seen or not; `address` is no more than reserved, unless it is 0. */
void bf_views_give(uint64_t address, size_t bytes, const uint8_t *own);

/* Give the piece back and leave a copy of it in its place, memory of this process alone: in one step for who reads
 * there; who writes meanwhile is caught. False if there is no memory for that, and then nothing has changed. */
bool bf_views_leave(uint64_t address, size_t bytes, const uint8_t *own);

/* False if the system has no room for more borders between pages (vm.max_map_count). */
bool bf_views_set(uint64_t address, size_t bytes, enum bf_view_access access);

#endif
