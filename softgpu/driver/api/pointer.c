/* Entry points that tell what a pointer is. */
#include <string.h>

#include "../../../libcuda/advice.h"
#include "../../../libcuda/sync_memops.h"
#include "../state/context.h"
#include "../state/physical.h"
#include "../state/pool.h"

/* Also of what was imported. */
static const struct sg_pool *pool_of(const struct sg_extent *extent)
{
    bool imported = extent->kind == SG_MEMORY_DEVICE && extent->tag == SG_TAG_IMPORTED;
    return imported ? extent->owner : sg_pool_of(extent);
}

/* The context to report: a pool's memory and what is mapped belong to no context, so its device's primary one is named. */
static const struct sg_context *owner(const struct sg_extent *extent)
{
    if (extent->kind == SG_MEMORY_VIRTUAL ||
        (extent->kind == SG_MEMORY_DEVICE && (pool_of(extent) || extent->tag == SG_TAG_GRAPH)))
        return sg_device_at((CUdevice)extent->device)->primary;
    return sg_pool_of(extent) ? sg_device_at(0)->primary : extent->owner;
}

/* A value of the size that the attribute's reader expects. */
struct value {
    uint64_t number;
    size_t bytes;
};

static struct value wide(uint64_t number)
{
    return (struct value){number, sizeof(uint64_t)};
}

static struct value narrow(uint64_t number)
{
    return (struct value){number, sizeof(uint32_t)};
}

static bool on_device(const struct sg_extent *extent)
{
    return extent->kind == SG_MEMORY_DEVICE || extent->kind == SG_MEMORY_VIRTUAL;
}

/* What the current context's device may do. */
static uint32_t access_flags(const struct sg_extent *extent)
{
    struct sg_context *context;
    if (extent->kind != SG_MEMORY_VIRTUAL)
        return CU_MEM_ACCESS_FLAGS_PROT_READWRITE;
    uint32_t device = sg_context_current_any(&context) ? extent->device : (uint32_t)context->device->ordinal;
    return sg_physical_access(extent, device);
}

/* What is told of a range of addresses that was reserved, and of what is mapped there. */
static struct value read_mapped(int attribute, const struct sg_extent *extent)
{
    const struct sg_physical *physical = extent->owner;
    uint64_t begin = extent->begin, bytes = extent->end - extent->begin;
    if (attribute == CU_POINTER_ATTRIBUTE_RANGE_START_ADDR || attribute == CU_POINTER_ATTRIBUTE_RANGE_SIZE)
        (void)sg_virtual_find(extent->begin, &begin, &bytes);
    switch (attribute) {
    case CU_POINTER_ATTRIBUTE_MEMORY_BLOCK_ID: return wide(physical->id);
    case CU_POINTER_ATTRIBUTE_ALLOWED_HANDLE_TYPES: return wide(physical->properties.requestedHandleTypes);
    case CU_POINTER_ATTRIBUTE_RANGE_START_ADDR: return wide(begin);
    default: return wide(bytes);
    }
}

/* `extent` NULL: memory that is unknown to the driver; then every attribute is 0, except the ordinal of no device. */
static CUresult read(int attribute, CUdeviceptr ptr, const struct sg_extent *extent, struct value *out)
{
    bool device = extent && on_device(extent), host = extent && !device;
    const struct sg_pool *pool = extent ? pool_of(extent) : NULL;
    uint64_t bytes = extent ? extent->end - extent->begin : 0, begin = extent ? extent->begin : 0;
    bool mapped = extent && extent->kind == SG_MEMORY_VIRTUAL, managed = device && lc_advice_knows(ptr, 1);
    switch (attribute) {
    case CU_POINTER_ATTRIBUTE_CONTEXT: *out = wide(extent ? (uint64_t)(uintptr_t)owner(extent)->handle : 0); break;
    case CU_POINTER_ATTRIBUTE_MEMORY_TYPE:
        *out = narrow(device ? CU_MEMORYTYPE_DEVICE : host ? CU_MEMORYTYPE_HOST : 0);
        break;
    case CU_POINTER_ATTRIBUTE_DEVICE_POINTER: *out = wide(extent ? ptr : 0); break;
    case CU_POINTER_ATTRIBUTE_HOST_POINTER: *out = wide(host || managed ? ptr : 0); break;
    case CU_POINTER_ATTRIBUTE_BUFFER_ID: *out = wide(extent ? extent->id : 0); break;
    case CU_POINTER_ATTRIBUTE_MEMORY_BLOCK_ID:
        *out = mapped ? read_mapped(attribute, extent) : wide(extent ? extent->id : 0);
        break;
    case CU_POINTER_ATTRIBUTE_DEVICE_ORDINAL:
        *out = narrow(extent ? (uint32_t)owner(extent)->device->ordinal : (uint32_t)-2);
        break;
    case CU_POINTER_ATTRIBUTE_RANGE_START_ADDR: *out = mapped ? read_mapped(attribute, extent) : wide(begin); break;
    case CU_POINTER_ATTRIBUTE_RANGE_SIZE: *out = mapped ? read_mapped(attribute, extent) : wide(bytes); break;
    case CU_POINTER_ATTRIBUTE_MAPPING_BASE_ADDR: *out = wide(begin); break;
    case CU_POINTER_ATTRIBUTE_MAPPING_SIZE: *out = wide(bytes); break;
    case CU_POINTER_ATTRIBUTE_MAPPED: *out = narrow(extent != NULL); break;
    case CU_POINTER_ATTRIBUTE_ALLOWED_HANDLE_TYPES:
        *out = mapped ? read_mapped(attribute, extent) : wide(pool ? (uint64_t)pool->made.handleTypes : 0);
        break;
    case CU_POINTER_ATTRIBUTE_ACCESS_FLAGS: *out = narrow(extent ? access_flags(extent) : 0); break;
    case CU_POINTER_ATTRIBUTE_MEMPOOL_HANDLE: *out = wide(pool ? (uint64_t)(uintptr_t)pool->handle : 0); break;
    case CU_POINTER_ATTRIBUTE_SYNC_MEMOPS: *out = narrow(extent && lc_sync_memops_is_set(extent->id)); break;
    case CU_POINTER_ATTRIBUTE_IS_MANAGED: *out = narrow(managed); break;
    case CU_POINTER_ATTRIBUTE_IS_LEGACY_CUDA_IPC_CAPABLE:
        *out = narrow(device && !mapped && !managed && extent->tag == SG_TAG_PLAIN);
        break;
    case CU_POINTER_ATTRIBUTE_IS_GPU_DIRECT_RDMA_CAPABLE:
    case CU_POINTER_ATTRIBUTE_IS_HW_DECOMPRESS_CAPABLE: *out = narrow(0); break;
    case CU_POINTER_ATTRIBUTE_P2P_TOKENS: return CUDA_ERROR_NOT_SUPPORTED;
    default: return CUDA_ERROR_INVALID_VALUE;
    }
    return CUDA_SUCCESS;
}

static void store(void *data, struct value value)
{
    memcpy(data, &value.number, value.bytes);
}

CUresult cuPointerGetAttribute(void *data, CUpointer_attribute attribute, CUdeviceptr ptr)
{
    ENTER(cuPointerGetAttribute);
    struct sg_extent extent;
    struct value value;
    REQUIRE(data, CUDA_ERROR_INVALID_VALUE);
    REQUIRE(sg_memory_find(ptr, &extent), CUDA_ERROR_INVALID_VALUE);
    bool of_host = !on_device(&extent) || lc_advice_knows(ptr, 1);
    REQUIRE(attribute != CU_POINTER_ATTRIBUTE_HOST_POINTER || of_host, CUDA_ERROR_INVALID_VALUE);
    TRY(read((int)attribute, ptr, &extent, &value));
    store(data, value);
    return CUDA_SUCCESS;
}

/* Unlike the single form, a pointer that the driver does not know is no error here. */
CUresult cuPointerGetAttributes(unsigned int numAttributes, CUpointer_attribute *attributes, void **data,
                                CUdeviceptr ptr)
{
    ENTER(cuPointerGetAttributes);
    struct sg_extent extent;
    struct value value;
    REQUIRE(numAttributes && attributes && data, CUDA_ERROR_INVALID_VALUE);
    const struct sg_extent *found = sg_memory_find(ptr, &extent) ? &extent : NULL;
    for (unsigned i = 0; i < numAttributes; i++) {
        REQUIRE(data[i], CUDA_ERROR_INVALID_VALUE);
        TRY(read((int)attributes[i], ptr, found, &value));
    }
    for (unsigned i = 0; i < numAttributes; i++) {
        TRY(read((int)attributes[i], ptr, found, &value));
        store(data[i], value);
    }
    return CUDA_SUCCESS;
}

CUresult cuPointerSetAttribute(const void *value, CUpointer_attribute attribute, CUdeviceptr ptr)
{
    ENTER(cuPointerSetAttribute);
    struct sg_extent extent;
    TRY(lc_sync_memops_check(value, attribute));
    REQUIRE(sg_memory_find(ptr, &extent), CUDA_ERROR_INVALID_VALUE);
    REQUIRE(lc_sync_memops_set(extent.id, *(const unsigned *)value), CUDA_ERROR_OUT_OF_MEMORY);
    return CUDA_SUCCESS;
}
