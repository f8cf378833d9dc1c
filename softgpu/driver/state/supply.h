/* Whether there is memory for an allocation, beyond what the device itself has left: no program may take its host
 * down.
 *
 * A device whose memory was not set by SOFTGPU_MEMORY is one device for all processes of the user, as a GPU is: what
 * one has allocated, the others have not. All devices together are half of the machine, so what is allocated there can
 * be filled. And what the machine, or the process's cgroup, has not left at the time is not given, also not page-
 * locked. */
#ifndef SG_SUPPLY_H
#define SG_SUPPLY_H

#include "device.h"

/* For sg_memory_set_guard. */
bool sg_supply_allows(uint32_t ordinal, uint64_t bytes);

/* What can still be allocated of the device. */
uint64_t sg_supply_free(const struct sg_device *device);

#endif
