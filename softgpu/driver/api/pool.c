/* Entry points of memory pools and stream-ordered allocation. */
#include "../state/pool_place.h"

#include "../../../libcuda/pool_facts.h"
#include "../../../libcuda/allocation.h"
#include "../../../libcuda/pool_place.h"
#include "../../memory/opened.h"
#include "../capture/capture_rules.h"
#include "../capture/issue.h"
#include "../graph/allotment.h"
#include "../state/context.h"
#include "../state/handles.h"

static CUresult find(CUmemoryPool handle, struct sg_pool **out)
{
    *out = sg_handles_get(handle, SG_POOL);
    return *out ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
}

/* ---- which pool a device uses */

CUresult cuDeviceGetDefaultMemPool(CUmemoryPool *pool_out, CUdevice dev)
{
    ENTER(cuDeviceGetDefaultMemPool);
    const struct sg_device *device = sg_device_at(dev);
    REQUIRE(device, CUDA_ERROR_INVALID_DEVICE);
    REQUIRE(pool_out, CUDA_ERROR_INVALID_VALUE);
    *pool_out = (CUmemoryPool)device->pool_default->handle;
    return CUDA_SUCCESS;
}

CUresult cuDeviceGetMemPool(CUmemoryPool *pool, CUdevice dev)
{
    ENTER(cuDeviceGetMemPool);
    const struct sg_device *device = sg_device_at(dev);
    REQUIRE(device, CUDA_ERROR_INVALID_DEVICE);
    REQUIRE(pool, CUDA_ERROR_INVALID_VALUE);
    *pool = (CUmemoryPool)device->pool->handle;
    return CUDA_SUCCESS;
}

CUresult cuDeviceSetMemPool(CUdevice dev, CUmemoryPool pool)
{
    ENTER(cuDeviceSetMemPool);
    struct sg_device *device = sg_device_at(dev);
    struct sg_pool *found;
    REQUIRE(device, CUDA_ERROR_INVALID_DEVICE);
    TRY(find(pool, &found));
    REQUIRE(found->device == device && !sg_pool_is_managed(found) && !found->origin.process, CUDA_ERROR_INVALID_VALUE);
    device->pool = found;
    return CUDA_SUCCESS;
}

static CUresult check_place(const CUmemLocation *location, CUmemAllocationType type)
{
    REQUIRE(location && lc_pool_place_is_known(location, type), CUDA_ERROR_INVALID_VALUE);
    REQUIRE(location->type != CU_MEM_LOCATION_TYPE_DEVICE || sg_device_at(location->id), CUDA_ERROR_INVALID_DEVICE);
    return CUDA_SUCCESS;
}

CUresult cuMemGetDefaultMemPool(CUmemoryPool *pool_out, CUmemLocation *location, CUmemAllocationType type)
{
    ENTER(cuMemGetDefaultMemPool);
    struct sg_pool *found;
    TRY(check_place(location, type));
    if (lc_pool_place_is_device(location, type))
        return cuDeviceGetDefaultMemPool(pool_out, location->id);
    REQUIRE(pool_out, CUDA_ERROR_INVALID_VALUE);
    TRY(sg_pool_place_default(location, type, &found));
    *pool_out = (CUmemoryPool)found->handle;
    return CUDA_SUCCESS;
}

CUresult cuMemGetMemPool(CUmemoryPool *pool, CUmemLocation *location, CUmemAllocationType type)
{
    ENTER(cuMemGetMemPool);
    struct sg_pool *found;
    TRY(check_place(location, type));
    if (lc_pool_place_is_device(location, type))
        return cuDeviceGetMemPool(pool, location->id);
    REQUIRE(pool, CUDA_ERROR_INVALID_VALUE);
    TRY(sg_pool_place_current(location, type, &found));
    *pool = (CUmemoryPool)found->handle;
    return CUDA_SUCCESS;
}

CUresult cuMemSetMemPool(CUmemLocation *location, CUmemAllocationType type, CUmemoryPool pool)
{
    ENTER(cuMemSetMemPool);
    struct sg_pool *found;
    TRY(check_place(location, type));
    if (lc_pool_place_is_device(location, type))
        return cuDeviceSetMemPool(location->id, pool);
    TRY(find(pool, &found));
    return sg_pool_place_use(location, type, found);
}

CUresult cuMemPoolCreate(CUmemoryPool *pool, const CUmemPoolProps *poolProps)
{
    ENTER(cuMemPoolCreate);
    TRY(sg_capture_rules_unsafe());
    REQUIRE(pool && poolProps, CUDA_ERROR_INVALID_VALUE);
    REQUIRE(lc_allocation_are_types((unsigned)poolProps->handleTypes), CUDA_ERROR_INVALID_VALUE);
    TRY(lc_pool_place_check(poolProps, sg_device_count()));
    REQUIRE(!((int)poolProps->handleTypes & ~CU_MEM_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR), CUDA_ERROR_NOT_SUPPORTED);
    struct sg_pool *made;
    TRY(sg_pool_create(sg_pool_device_of(poolProps), poolProps, &made));
    *pool = (CUmemoryPool)made->handle;
    return CUDA_SUCCESS;
}

CUresult cuMemPoolDestroy(CUmemoryPool pool)
{
    ENTER(cuMemPoolDestroy);
    TRY(sg_capture_rules_unsafe());
    struct sg_pool *found;
    TRY(find(pool, &found));
    REQUIRE(!found->is_default, CUDA_ERROR_INVALID_VALUE);
    if (found->device && found->device->pool == found)
        found->device->pool = found->device->pool_default;
    sg_pool_place_forget(found);
    REQUIRE(sg_handles_drop(pool), CUDA_ERROR_INVALID_VALUE);
    sg_pool_retire(found);
    return CUDA_SUCCESS;
}

CUresult cuMemPoolTrimTo(CUmemoryPool pool, size_t minBytesToKeep)
{
    ENTER(cuMemPoolTrimTo);
    TRY(sg_capture_rules_unsafe());
    struct sg_pool *found;
    TRY(find(pool, &found));
    sg_pool_trim(found, minBytesToKeep);
    return CUDA_SUCCESS;
}

/* ---- attributes */

CUresult cuMemPoolGetAttribute(CUmemoryPool pool, CUmemPool_attribute attr, void *value)
{
    ENTER(cuMemPoolGetAttribute);
    TRY(sg_capture_rules_unsafe());
    struct sg_pool *found;
    REQUIRE(value, CUDA_ERROR_INVALID_VALUE);
    TRY(find(pool, &found));
    switch (attr) {
    case CU_MEMPOOL_ATTR_REUSE_FOLLOW_EVENT_DEPENDENCIES:
    case CU_MEMPOOL_ATTR_REUSE_ALLOW_OPPORTUNISTIC:
    case CU_MEMPOOL_ATTR_REUSE_ALLOW_INTERNAL_DEPENDENCIES:
        *(int *)value = found->reuse[attr - CU_MEMPOOL_ATTR_REUSE_FOLLOW_EVENT_DEPENDENCIES];
        break;
    case CU_MEMPOOL_ATTR_RELEASE_THRESHOLD: *(cuuint64_t *)value = found->release_threshold; break;
    case CU_MEMPOOL_ATTR_RESERVED_MEM_CURRENT: *(cuuint64_t *)value = sg_pool_reserved(found); break;
    case CU_MEMPOOL_ATTR_USED_MEM_CURRENT: *(cuuint64_t *)value = sg_pool_used(found); break;
    case CU_MEMPOOL_ATTR_RESERVED_MEM_HIGH: *(cuuint64_t *)value = found->reserved_high; break;
    case CU_MEMPOOL_ATTR_USED_MEM_HIGH: *(cuuint64_t *)value = found->used_high; break;
    default: return lc_pool_facts_get(&found->made, (int)attr, value) ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
    }
    return CUDA_SUCCESS;
}

CUresult cuMemPoolSetAttribute(CUmemoryPool pool, CUmemPool_attribute attr, void *value)
{
    ENTER(cuMemPoolSetAttribute);
    TRY(sg_capture_rules_unsafe());
    struct sg_pool *found;
    REQUIRE(value, CUDA_ERROR_INVALID_VALUE);
    TRY(find(pool, &found));
    switch (attr) {
    case CU_MEMPOOL_ATTR_REUSE_FOLLOW_EVENT_DEPENDENCIES:
    case CU_MEMPOOL_ATTR_REUSE_ALLOW_OPPORTUNISTIC:
    case CU_MEMPOOL_ATTR_REUSE_ALLOW_INTERNAL_DEPENDENCIES:
        found->reuse[attr - CU_MEMPOOL_ATTR_REUSE_FOLLOW_EVENT_DEPENDENCIES] = *(const int *)value != 0;
        break;
    case CU_MEMPOOL_ATTR_RELEASE_THRESHOLD: sg_pool_set_threshold(found, *(const cuuint64_t *)value); break;
    case CU_MEMPOOL_ATTR_RESERVED_MEM_HIGH:
    case CU_MEMPOOL_ATTR_USED_MEM_HIGH:
        /* A high-water mark can only be taken back to what is used now. */
        REQUIRE(*(const cuuint64_t *)value == 0, CUDA_ERROR_INVALID_VALUE);
        sg_pool_reset_high(found, attr == CU_MEMPOOL_ATTR_RESERVED_MEM_HIGH);
        break;
    default: return CUDA_ERROR_INVALID_VALUE;
    }
    return CUDA_SUCCESS;
}

/* The address space is one, so access needs no mapping: what is kept is what the program has given. */
CUresult cuMemPoolSetAccess(CUmemoryPool pool, const CUmemAccessDesc *map, size_t count)
{
    ENTER(cuMemPoolSetAccess);
    TRY(sg_capture_rules_unsafe());
    struct sg_pool *found;
    TRY(find(pool, &found));
    REQUIRE(map || !count, CUDA_ERROR_INVALID_VALUE);
    for (size_t i = 0; i < count; i++) {
        const struct sg_device *device = sg_device_at(map[i].location.id);
        REQUIRE(map[i].location.type == CU_MEM_LOCATION_TYPE_DEVICE && device, CUDA_ERROR_INVALID_VALUE);
        REQUIRE(map[i].flags == CU_MEM_ACCESS_FLAGS_PROT_READWRITE ||
                    (map[i].flags == CU_MEM_ACCESS_FLAGS_PROT_NONE && device != found->device &&
                     !sg_pool_is_managed(found)),
                CUDA_ERROR_INVALID_VALUE);
    }
    for (size_t i = 0; i < count; i++) {
        uint64_t bit = (uint64_t)1 << map[i].location.id;
        if (map[i].flags == CU_MEM_ACCESS_FLAGS_PROT_READWRITE)
            atomic_fetch_or(&found->peers, bit);
        else
            atomic_fetch_and(&found->peers, ~bit);
    }
    return CUDA_SUCCESS;
}

CUresult cuMemPoolGetAccess(CUmemAccess_flags *flags, CUmemoryPool memPool, CUmemLocation *location)
{
    ENTER(cuMemPoolGetAccess);
    TRY(sg_capture_rules_unsafe());
    struct sg_pool *found;
    REQUIRE(flags && location, CUDA_ERROR_INVALID_VALUE);
    TRY(find(memPool, &found));
    bool managed = sg_pool_is_managed(found), own = found->device && !managed;
    bool host = location->type == CU_MEM_LOCATION_TYPE_HOST && !own;
    const struct sg_device *device = location->type == CU_MEM_LOCATION_TYPE_DEVICE ? sg_device_at(location->id) : NULL;
    REQUIRE(host || device, CUDA_ERROR_INVALID_VALUE);
    bool given = host || managed || device == found->device || found->peers >> location->id & 1;
    *flags = given ? CU_MEM_ACCESS_FLAGS_PROT_READWRITE : CU_MEM_ACCESS_FLAGS_PROT_NONE;
    return CUDA_SUCCESS;
}

/* ---- allocation in stream order: the address is valid at once, so only the free takes its place in the stream.
 * Nothing is an allocation, too: it has an address, which is to be freed. */

static CUresult allocate_in(CUdeviceptr *dptr, size_t bytes, struct sg_pool *pool, struct sg_stream *stream)
{
    CUresult result;
    uint64_t address;
    if (sg_capture_any() && sg_issue_alloc(stream, pool, bytes, dptr, &result))
        return result;
    TRY(sg_pool_allocate(pool, bytes ? bytes : 1, stream, &address));
    *dptr = address;
    return CUDA_SUCCESS;
}

CUresult cuMemAllocAsync(CUdeviceptr *dptr, size_t bytesize, CUstream hStream)
{
    ENTER(cuMemAllocAsync);
    struct sg_stream *stream;
    TRY(sg_capture_rules_order(hStream, &stream));
    REQUIRE(dptr, CUDA_ERROR_INVALID_VALUE);
    return allocate_in(dptr, bytesize, stream->context->device->pool, stream);
}

CUresult cuMemAllocFromPoolAsync(CUdeviceptr *dptr, size_t bytesize, CUmemoryPool pool, CUstream hStream)
{
    ENTER(cuMemAllocFromPoolAsync);
    struct sg_stream *stream;
    struct sg_pool *found;
    TRY(sg_capture_rules_order(hStream, &stream));
    REQUIRE(dptr, CUDA_ERROR_INVALID_VALUE);
    TRY(find(pool, &found));
    REQUIRE(!found->origin.process, CUDA_ERROR_INVALID_VALUE);
    return allocate_in(dptr, bytesize, found, stream);
}

struct free_work {
    struct sg_leaving *leaving;      /* of a pool's memory; NULL once it is done */
    uint64_t address;                /* of other memory; 0 once it is done */
};

static void free_now(struct sg_work *work)
{
    struct free_work *it = (struct free_work *)work->payload, done = *it;
    *it = (struct free_work){0};
    if (done.leaving)
        sg_pool_left(done.leaving);
    else if (done.address && sg_memory_free(done.address))
        (void)sg_opened_close(done.address); /* imported */
}

static bool free_step(struct sg_work *work, struct sg_worker *worker)
{
    (void)worker;
    free_now(work);
    return true;
}

static void free_enter(struct sg_work *work)
{
    struct sg_leaving *leaving = ((struct free_work *)work->payload)->leaving;
    if (leaving)
        sg_pool_leaves_at(leaving, work->ticket);
}

/* In a context that has failed no step runs, but the memory is still to be freed. */
static const struct sg_work_kind free_kind = {.name = "free", .enter = free_enter, .step = free_step, .end = free_now};

CUresult cuMemFreeAsync(CUdeviceptr dptr, CUstream hStream)
{
    ENTER(cuMemFreeAsync);
    struct sg_stream *stream;
    struct sg_extent extent;
    CUresult result;
    TRY(sg_capture_rules_order(hStream, &stream));
    REQUIRE(dptr, CUDA_SUCCESS);
    if (sg_capture_any() && sg_issue_free(stream, dptr, &result))
        return result;
    REQUIRE(sg_memory_find(dptr, &extent) && extent.begin == dptr, CUDA_ERROR_INVALID_VALUE);
    struct sg_pool *pool = sg_pool_of(&extent);
    REQUIRE(pool || (extent.kind == SG_MEMORY_DEVICE && sg_tag_is_program(extent.tag)), CUDA_ERROR_INVALID_VALUE);
    if (!pool && extent.tag == SG_TAG_GRAPH)
        return sg_allotment_free(dptr);
    struct sg_work *work = sg_sched_new(&free_kind, sizeof(struct free_work));
    REQUIRE(work, CUDA_ERROR_OUT_OF_MEMORY);
    struct free_work *it = (struct free_work *)work->payload;
    *it = (struct free_work){.address = dptr};
    if (pool) {
        it->leaving = sg_pool_leave(pool, dptr, extent.end - extent.begin, stream);
        if (!it->leaving) {
            sg_sched_discard(work);
            return CUDA_ERROR_OUT_OF_MEMORY;
        }
    }
    bool at_once = sg_queue_idle(stream);
    uint64_t ticket = sg_workers_enqueue(stream, work, at_once);
    if (at_once)
        sg_workers_wait(stream, ticket);
    return CUDA_SUCCESS;
}
