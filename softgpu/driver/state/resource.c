/* Multiprocessors as resources. Partitions are as coarse as on GPUs of the same compute capability. */
#include "resource.h"

#include <stdatomic.h>
#include <string.h>

enum { MAGIC = 0x53474d52, SPLIT_FLAGS = 3 };

static atomic_ullong splits;

/* How many multiprocessors a partition has at least, and is a multiple of. A device of fewer has one partition. */
struct grain {
    uint32_t least, unit;
};

static uint32_t all_of(const struct sg_device *device)
{
    int count = 0;
    sg_attributes_read(device, CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT, &count);
    return (uint32_t)count;
}

static struct grain grain_of(const struct sg_device *device, bool fine)
{
    int major = sg_attributes_architecture()->major;
    struct grain grain = {2, 2};
    if (!fine && major >= 9)
        grain = (struct grain){8, 8};
    else if (!fine && major == 8)
        grain.least = 4;
    uint32_t all = all_of(device);
    grain.least = grain.least < all ? grain.least : all;
    grain.unit = grain.unit < all ? grain.unit : all;
    return grain;
}

CUdevResource sg_resource_make(const struct sg_device *device, uint32_t first, uint32_t count, uint64_t split)
{
    const struct sg_resource own = {MAGIC, device->ordinal, first, count, split};
    const struct grain grain = grain_of(device, false);
    CUdevResource made = {.type = count ? CU_DEV_RESOURCE_TYPE_SM : CU_DEV_RESOURCE_TYPE_INVALID};
    if (!count)
        return made;
    made.sm = (CUdevSmResource){count, grain.least, grain.unit};
    memcpy(made._internal_padding, &own, sizeof own);
    return made;
}

CUdevResource sg_resource_all(const struct sg_device *device)
{
    return sg_resource_make(device, 0, all_of(device), 0);
}

CUresult sg_resource_read(const CUdevResource *from, struct sg_resource *out)
{
    REQUIRE(from->type == CU_DEV_RESOURCE_TYPE_SM, CUDA_ERROR_INVALID_RESOURCE_TYPE);
    memcpy(out, from->_internal_padding, sizeof *out);
    const struct sg_device *device = out->magic == MAGIC ? sg_device_at(out->ordinal) : NULL;
    REQUIRE(device && out->count && out->first + out->count <= all_of(device), CUDA_ERROR_INVALID_VALUE);
    return CUDA_SUCCESS;
}

CUresult sg_resource_split(const CUdevResource *input, unsigned flags, unsigned least, CUdevResource *groups,
                           unsigned *count, CUdevResource *left)
{
    struct sg_resource whole;
    TRY(sg_resource_read(input, &whole));
    const struct sg_device *device = sg_device_at(whole.ordinal);
    const bool clusters = flags & CU_DEV_SM_RESOURCE_SPLIT_MAX_POTENTIAL_CLUSTER_SIZE;
    REQUIRE(!(flags & ~(unsigned)SPLIT_FLAGS) && least <= whole.count, CUDA_ERROR_INVALID_VALUE);
    REQUIRE(!clusters || sg_attributes_architecture()->major >= 9, CUDA_ERROR_INVALID_VALUE);
    REQUIRE(!whole.split, CUDA_ERROR_INVALID_RESOURCE_CONFIGURATION);
    const struct grain grain = grain_of(device, flags & CU_DEV_SM_RESOURCE_SPLIT_IGNORE_SM_COSCHEDULING);
    uint32_t size = least > grain.least ? least : grain.least;
    size = (size + grain.unit - 1) / grain.unit * grain.unit;
    uint32_t most = whole.count / size;
    REQUIRE(most, CUDA_ERROR_INVALID_RESOURCE_CONFIGURATION);
    const uint32_t made = groups && *count < most ? *count : most;
    const uint64_t split = atomic_fetch_add(&splits, 1) + 1;
    for (uint32_t i = 0; groups && i < made; i++)
        groups[i] = sg_resource_make(device, whole.first + i * size, size, split);
    if (left)
        *left = sg_resource_make(device, whole.first + made * size, whole.count - made * size, split);
    *count = made;
    return CUDA_SUCCESS;
}
