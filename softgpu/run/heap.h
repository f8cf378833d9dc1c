/* A device heap: what malloc and free in kernels use. */
#ifndef SG_HEAP_H
#define SG_HEAP_H

#include <stdbool.h>
#include <stdint.h>

struct sg_heap;

/* A heap in [base, base + bytes), which stays the caller's. NULL if out of memory. */
struct sg_heap *sg_heap_create(uint64_t base, uint64_t bytes);
void sg_heap_destroy(struct sg_heap *heap);

/* An address aligned to 16, or 0 if there is no room or `bytes` is 0. Any thread. */
uint64_t sg_heap_take(struct sg_heap *heap, uint64_t bytes);

/* False if `address` is not what sg_heap_take returned last for it. */
bool sg_heap_give(struct sg_heap *heap, uint64_t address);

#endif
