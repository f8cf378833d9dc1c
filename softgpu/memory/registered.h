/* Host ranges that the program registered: a sorted table beside the region. Internal to memory/. */
#ifndef SG_REGISTERED_H
#define SG_REGISTERED_H

#include "memory.h"

/* Callers serialise add and remove; find takes no lock. add: 0, 2, or 712. remove: 0 or 713. */
int sg_registered_add(const struct sg_extent *extent);
int sg_registered_remove(uint64_t begin);
void sg_registered_remove_owned(const void *owner);
bool sg_registered_find(uint64_t address, struct sg_extent *out);

#endif
