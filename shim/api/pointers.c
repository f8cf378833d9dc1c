/* What is known about a pointer: whose memory it is, where it begins. */
#include "../../libcuda/generated/cuda_api.h"
#include "../../libcuda/sync_memops.h"
#include "../state/contexts.h"
#include "../state/memory.h"
#include "../state/pinned.h"
#include "../state/reach.h"
#include "../state/sharing.h"
#include "../state/virtual.h"

enum { NO_DEVICE = -2 };   /* CU_DEVICE_INVALID */

struct facts {
    struct bf_range range;
    bool on_device, on_host, is_mapped;
    CUdeviceptr address;
};

static CUresult learn(CUdeviceptr address, struct facts *out)
{
    struct bf_object *context;
    struct bf_place place;
    CUresult result = bf_contexts_peek(&context);
    if (result)
        return result;
    *out = (struct facts){.address = address};
    out->on_device = bf_memory_find(context ? context->server : NULL, address, &place);
    if (out->on_device)
        out->range = place.range;
    if (out->on_device && out->range.mapped && out->range.pool) {
        out->on_host = true;
        out->range.managed = false;
    } else if (!out->on_device || out->range.mapped)
        out->on_host = bf_pinned_find((const void *)(uintptr_t)address, &out->range);
    out->is_mapped = out->on_device && out->on_host;
    out->on_device = out->on_device && !out->on_host;
    return CUDA_SUCCESS;
}

/* Host memory may outlive the context that it was made in; then it counts as the first device's. A pool's belongs to
 * no context: its device's primary one is named. */
static const struct bf_object *context_of(const struct bf_range *range)
{
    if (range->pool && !range->managed && !range->mapped)
        return range->pool->pool.device->primary;
    bool lives = range->context && atomic_load(&range->context->kind) == BF_CONTEXT;
    return lives ? range->context : bf_client.devices[0].primary;
}

static void put(void *out, uint64_t value, size_t bytes)
{
    memcpy(out, &value, bytes);   /* little-endian: the low bytes come first */
}

/* Of memory that is mapped: the range that was reserved, and what the current device may do. */
static bool describe_mapped(const struct facts *facts, CUpointer_attribute attribute, uint64_t *value, size_t *bytes)
{
    struct bf_range range;
    unsigned long long access = 0;
    struct bf_object *context = NULL;
    bool known = facts->range.physical && bf_virtual_find(facts->address, &range);
    *bytes = 8;
    switch (attribute) {
    case CU_POINTER_ATTRIBUTE_RANGE_START_ADDR: *value = known ? range.base : 0; return known;
    case CU_POINTER_ATTRIBUTE_RANGE_SIZE: *value = known ? range.bytes : 0; return known;
    case CU_POINTER_ATTRIBUTE_MEMORY_BLOCK_ID: *value = known ? bf_objects_id(facts->range.physical) : 0; return known;
    case CU_POINTER_ATTRIBUTE_ACCESS_FLAGS:
        *bytes = 4;
        if (known && !bf_contexts_peek(&context)) {
            const struct bf_object *of = context ? context : facts->range.context;
            (void)bf_virtual_get_access(&access, of->context.device->ordinal, facts->address);
        }
        *value = access;
        return known;
    default: return false;
    }
}

/* By which other processes can get it. */
static uint64_t handle_types(const struct bf_range *range)
{
    if (range->physical)
        return (uint64_t)range->physical->memhandle.properties.requestedHandleTypes;
    return range->pool ? (uint64_t)range->pool->pool.made.handleTypes : 0;
}

/* What differs between the two kinds of memory, or is the same for both. False if there is no such fact. */
static bool describe(const struct facts *facts, CUpointer_attribute attribute, uint64_t *value, size_t *bytes)
{
    const struct bf_range *range = &facts->range;
    if (describe_mapped(facts, attribute, value, bytes))
        return true;
    *bytes = 8;
    switch (attribute) {
    case CU_POINTER_ATTRIBUTE_CONTEXT: *value = (uintptr_t)context_of(range); return true;
    case CU_POINTER_ATTRIBUTE_DEVICE_POINTER:
        *value = facts->address;
        return facts->on_device || facts->is_mapped || bf_reach_is_possible(range);
    case CU_POINTER_ATTRIBUTE_HOST_POINTER: *value = facts->address; return facts->on_host || range->managed;
    case CU_POINTER_ATTRIBUTE_BUFFER_ID: *value = range->id; return true;
    case CU_POINTER_ATTRIBUTE_RANGE_START_ADDR:
    case CU_POINTER_ATTRIBUTE_MAPPING_BASE_ADDR: *value = range->base; return true;
    case CU_POINTER_ATTRIBUTE_RANGE_SIZE:
    case CU_POINTER_ATTRIBUTE_MAPPING_SIZE: *value = range->bytes; return true;
    case CU_POINTER_ATTRIBUTE_MEMPOOL_HANDLE: *value = (uintptr_t)range->pool; return true;
    case CU_POINTER_ATTRIBUTE_ALLOWED_HANDLE_TYPES: *value = handle_types(range); return true;
    case CU_POINTER_ATTRIBUTE_MEMORY_BLOCK_ID: *value = range->id; return true;
    default: *bytes = 4;
    }
    switch (attribute) {
    case CU_POINTER_ATTRIBUTE_MEMORY_TYPE:
        *value = facts->on_device ? CU_MEMORYTYPE_DEVICE : CU_MEMORYTYPE_HOST;
        return true;
    case CU_POINTER_ATTRIBUTE_DEVICE_ORDINAL:
        *value = (uint64_t)context_of(range)->context.device->ordinal;
        return true;
    case CU_POINTER_ATTRIBUTE_MAPPED: *value = 1; return true;
    case CU_POINTER_ATTRIBUTE_ACCESS_FLAGS:
        *value = facts->on_device ? CU_MEM_ACCESS_FLAGS_PROT_READWRITE : CU_MEM_ACCESS_FLAGS_PROT_NONE;
        return true;
    case CU_POINTER_ATTRIBUTE_SYNC_MEMOPS: *value = lc_sync_memops_is_set(range->id); return true;
    case CU_POINTER_ATTRIBUTE_IS_MANAGED: *value = range->managed; return true;
    case CU_POINTER_ATTRIBUTE_IS_LEGACY_CUDA_IPC_CAPABLE:
        *value = facts->on_device && bf_sharing_is_possible(range);
        return true;
    case CU_POINTER_ATTRIBUTE_IS_GPU_DIRECT_RDMA_CAPABLE:
    case CU_POINTER_ATTRIBUTE_IS_HW_DECOMPRESS_CAPABLE: *value = 0; return true;
    default: return false;
    }
}

static bool is_known(CUpointer_attribute attribute)
{
    return attribute >= CU_POINTER_ATTRIBUTE_CONTEXT && attribute <= CU_POINTER_ATTRIBUTE_IS_HW_DECOMPRESS_CAPABLE;
}

CUresult cuPointerGetAttribute(void *data, CUpointer_attribute attribute, CUdeviceptr ptr)
{
    struct facts facts;
    uint64_t value;
    size_t bytes;
    CUresult result = learn(ptr, &facts);
    if (result)
        return result;
    if (!data || !is_known(attribute) || (!facts.on_device && !facts.on_host))
        return CUDA_ERROR_INVALID_VALUE;
    if (attribute == CU_POINTER_ATTRIBUTE_P2P_TOKENS)
        return CUDA_ERROR_NOT_SUPPORTED;   /* they are for the kernel of the server */
    if (!describe(&facts, attribute, &value, &bytes))
        return CUDA_ERROR_INVALID_VALUE;
    put(data, value, bytes);
    return CUDA_SUCCESS;
}

/* A pointer that is not ours is no error here: its attributes are empty. */
CUresult cuPointerGetAttributes(unsigned int numAttributes, CUpointer_attribute *attributes, void **data,
                                CUdeviceptr ptr)
{
    struct facts facts;
    CUresult result = learn(ptr, &facts);
    if (!result && (!numAttributes || !attributes || !data))
        result = CUDA_ERROR_INVALID_VALUE;
    for (unsigned i = 0; i < numAttributes && !result; i++)
        if (!data[i] || !is_known(attributes[i]))
            result = CUDA_ERROR_INVALID_VALUE;
        else if (attributes[i] == CU_POINTER_ATTRIBUTE_P2P_TOKENS)
            result = CUDA_ERROR_NOT_SUPPORTED;
    for (unsigned i = 0; i < numAttributes && !result; i++) {
        uint64_t value = 0;
        size_t bytes = 4;
        bool ours = facts.on_device || facts.on_host;
        bool known = describe(&facts, attributes[i], &value, &bytes);
        if (!ours || !known)
            value = attributes[i] == CU_POINTER_ATTRIBUTE_DEVICE_ORDINAL ? (uint64_t)NO_DEVICE : 0;
        put(data[i], value, bytes);
    }
    return result;
}

CUresult cuPointerSetAttribute(const void *value, CUpointer_attribute attribute, CUdeviceptr ptr)
{
    struct facts facts;
    CUresult result = learn(ptr, &facts);
    if (!result)
        result = lc_sync_memops_check(value, attribute);
    if (result)
        return result;
    if (!facts.on_device && !facts.on_host)
        return CUDA_ERROR_INVALID_VALUE;
    return lc_sync_memops_set(facts.range.id, *(const unsigned *)value) ? CUDA_SUCCESS : CUDA_ERROR_OUT_OF_MEMORY;
}
