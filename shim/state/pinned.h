/* Host memory that the application calls pinned. It is ordinary memory of this process, of which the server knows
 * nothing; what is known about it is kept here. */
#ifndef BF_PINNED_H
#define BF_PINNED_H

#include <stdatomic.h>

#include "map.h"

/* Bounds of all that ever was pinned: what lies outside needs no look-up. */
extern _Atomic(uintptr_t) bf_pinned_lowest, bf_pinned_end;

/* Memory made in `context`, to be freed with it (`own`), or the application's own, registered. False if memory ran
 * out. */
bool bf_pinned_add(void *memory, size_t bytes, unsigned flags, struct bf_object *context, bool own);
/* Memory that a device reaches (managed_memory.h). */
bool bf_pinned_add_mapped(uint64_t address, size_t bytes, unsigned flags, struct bf_object *context);

/* What is now known of one that is there. False if memory ran out. */
bool bf_pinned_replace(const struct bf_range *range);

bool bf_pinned_find(const void *address, struct bf_range *out);
/* True if it is the application's own. */
bool bf_pinned_is_registered(const struct bf_range *range);
/* True if any of it is pinned; if all of it is. */
bool bf_pinned_touches(const void *address, size_t bytes);
bool bf_pinned_covers(const void *address, size_t bytes);

/* Take out what begins at `address` and is not registered; what is registered; one of a context's. */
bool bf_pinned_remove(const void *address, struct bf_range *out);
void bf_pinned_unregister(const void *address);
bool bf_pinned_take_of(const struct bf_object *context, struct bf_range *out);

#endif
