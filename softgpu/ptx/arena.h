/* Memory of a module: many allocations, one free. Knows nothing of PTX. */
#ifndef SG_PTX_ARENA_H
#define SG_PTX_ARENA_H

#include <stddef.h>
#include <stdint.h>

struct ptx_arena;

/* An arena that hands out at most about `limit` bytes, so that a short text cannot reserve the machine's memory. */
struct ptx_arena *sg_arena_create(size_t limit);
void sg_arena_destroy(struct ptx_arena *arena);

/* Zeroed memory, aligned to 16 bytes, or NULL. A request of 0 bytes gives a valid pointer. */
void *sg_arena_alloc(struct ptx_arena *arena, size_t bytes);
void *sg_arena_copy(struct ptx_arena *arena, const void *from, size_t bytes);
/* All that `other` handed out is this arena's from now on; `other` is no more. */
void sg_arena_join(struct ptx_arena *arena, struct ptx_arena *other);
const char *sg_arena_text(struct ptx_arena *arena, const char *text, size_t length);   /* a copy, NUL-terminated */

#endif
