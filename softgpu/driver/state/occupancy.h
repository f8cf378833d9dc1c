/* How many blocks of a function fit the device at a time. */
#ifndef SG_OCCUPANCY_H
#define SG_OCCUPANCY_H

#include "module.h"

/* In one multiprocessor; 0 if not even one block fits. */
int sg_occupancy_blocks(const struct sg_function *function, int threads, size_t dynamic);

/* In all of them together: what a cooperative grid may have. */
uint64_t sg_occupancy_grid(const struct sg_function *function, unsigned threads, size_t dynamic);

/* The dynamic shared memory that each of so many blocks of a multiprocessor can have. */
size_t sg_occupancy_shared(const struct sg_function *function, int blocks);

#endif
