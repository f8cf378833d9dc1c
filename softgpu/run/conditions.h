/* Conditions of graphs: numbers that kernels set, by handles, and launches of graphs go by. */
#ifndef SG_CONDITIONS_H
#define SG_CONDITIONS_H

#include <stdbool.h>
#include <stdint.h>

/* A handle that no other has had; 0 if there are too many. */
uint64_t sg_conditions_new(void);
void sg_conditions_drop(uint64_t handle);

/* False if there is no such condition. */
bool sg_conditions_set(uint64_t handle, uint32_t value);
uint32_t sg_conditions_get(uint64_t handle);

#endif
