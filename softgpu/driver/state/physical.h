/* Physical memory: what cuMemCreate makes and cuMemMap maps. A part of a file in memory, so that it can be mapped at
 * several addresses and into several processes. */
#ifndef SG_PHYSICAL_H
#define SG_PHYSICAL_H

#include "../../memory/virtual.h"
#include "device.h"

#define SG_PHYSICAL_GRANULARITY ((uint64_t)2 << 20)

struct sg_physical {
    void *handle;                /* the same for as long as the memory exists */
    struct sg_device *device;
    uint64_t bytes, id;
    CUmemAllocationProp properties;
    struct sg_backing backing;
    bool shareable;              /* its file is its own */
    bool imported;               /* counted by the process that made it */
    unsigned references, mappings;
};

/* Serialises everything that is done with reserved addresses and physical memory. */
void sg_physical_lock(void);
void sg_physical_unlock(void);

/* With the lock held. The memory of a handle that has not been released as often as it was given out. */
struct sg_physical *sg_physical_find(CUmemGenericAllocationHandle handle);

/* Counted as its device's. It has one reference. */
CUresult sg_physical_create(const CUmemAllocationProp *properties, uint64_t bytes, struct sg_physical **out);

/* It ends once there are neither references nor mappings. */
void sg_physical_release(struct sg_physical *physical);
void sg_physical_unmapped(struct sg_physical *physical);

/* What kernels of that device may do with what is mapped. */
CUmemAccess_flags sg_physical_access(const struct sg_extent *mapping, uint32_t device);

/* Another descriptor of its file; the memory that such a descriptor stands for, with one reference. */
CUresult sg_physical_export(const struct sg_physical *physical, int *descriptor);
CUresult sg_physical_import(int descriptor, struct sg_physical **out);

#endif
