/* Arrays that grow by doubling. */
#include "vector.h"

#include <stdlib.h>
#include <string.h>

enum { ITEMS_MAX = 1 << 28 };

void *sg_vector_push(struct sg_vector *vector, uint32_t n)
{
    uint64_t need = (uint64_t)vector->count + n;

    if (need > ITEMS_MAX)
        return NULL;
    if (need > vector->capacity || !vector->data) {
        uint64_t capacity = vector->capacity ? vector->capacity * 2ULL : 64;
        while (capacity < need)
            capacity *= 2;
        void *data = realloc(vector->data, capacity * vector->item);
        if (!data)
            return NULL;
        vector->data = data;
        vector->capacity = (uint32_t)capacity;
    }
    void *first = vector->data + vector->count * vector->item;
    memset(first, 0, n * vector->item);
    vector->count = (uint32_t)need;
    return first;
}

void sg_vector_free(struct sg_vector *vector)
{
    free(vector->data);
    vector->data = NULL;
    vector->count = vector->capacity = 0;
}
