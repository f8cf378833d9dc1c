/* Growing arrays, used while parsing. Know nothing of PTX. */
#ifndef SG_PTX_VECTOR_H
#define SG_PTX_VECTOR_H

#include <stddef.h>
#include <stdint.h>

/* An array that grows by doubling. Set `item` before the first push; all else starts as zero. */
struct sg_vector {
    unsigned char *data;
    size_t item;
    uint32_t count, capacity;
};

/* Room for `n` more items, zeroed; returns the first of them, or NULL (nothing changed). */
void *sg_vector_push(struct sg_vector *vector, uint32_t n);
void sg_vector_free(struct sg_vector *vector);

#define SG_AT(vector, type, i) ((type *)(void *)(vector)->data + (i))

#endif
