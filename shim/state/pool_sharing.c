/* Pools that processes share. */
#include "pool_sharing.h"

#include <string.h>
#include <unistd.h>

#include "reserve.h"
#include "tickets.h"

/* The ticket is good as long as the pool, so nobody has to know whether the descriptor is still there. */
static CUresult make_descriptor(const void *ticket, int *out)
{
    int watch;
    if (!bf_tickets_make(ticket, out, &watch))
        return CUDA_ERROR_OUT_OF_MEMORY;
    close(watch);
    return CUDA_SUCCESS;
}

CUresult bf_pool_sharing_export(const struct bf_object *pool, CUmemAllocationHandleType type, int *out)
{
    struct bf_ask ask = {.held = NULL};
    if (pool->pool.made.handleTypes != type)
        return CUDA_ERROR_INVALID_VALUE;
    CUresult result =
        BF_ASK_HELD(bf_on(pool->server), NULL, &ask, cuMemPoolExportToShareableHandle, bf_u(pool->number));
    if (!result && ask.values[0].bytes != BF_TICKETS_BYTES)
        result = CUDA_ERROR_UNKNOWN;
    if (!result)
        result = make_descriptor(ask.values[0].p, out);
    bf_stream_ask_end(&ask);
    return result;
}

static CUresult enter(struct bf_server *server, uint64_t number, int64_t local, CUmemoryPool *out)
{
    struct bf_device *device = bf_client_device_of(server, local);
    struct bf_object *pool = NULL;
    if (device) {
        const CUmemPoolProps made = {.allocType = CU_MEM_ALLOCATION_TYPE_PINNED,
                                     .handleTypes = CU_MEM_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR,
                                     .location = {CU_MEM_LOCATION_TYPE_DEVICE, (int)device->ordinal}};
        pool = bf_pools_new(device, number, &made);
    }
    if (!pool) {
        (void)BF_ASK(bf_on(server), NULL, cuMemPoolDestroy, bf_u(number));
        return device ? CUDA_ERROR_OUT_OF_MEMORY : CUDA_ERROR_NOT_SUPPORTED;
    }
    *out = (CUmemoryPool)pool;
    return CUDA_SUCCESS;
}

/* As for memory (virtual.c): to the other servers it is nobody's. */
CUresult bf_pool_sharing_import(CUmemoryPool *out, int descriptor)
{
    unsigned char ticket[BF_TICKETS_BYTES];
    CUresult result = CUDA_ERROR_INVALID_VALUE;
    if (!bf_tickets_read(descriptor, ticket))
        return result;
    for (unsigned i = 0; i < bf_client.server_count && result == CUDA_ERROR_INVALID_VALUE; i++) {
        struct bf_server *server = &bf_client.servers[i];
        uint64_t number = bf_server_number(server);
        struct bf_value local;
        result = BF_ASK(bf_on(server), &local, cuMemPoolImportFromShareableHandle, bf_u(number),
                        bf_bytes(ticket, sizeof ticket));
        if (!result)
            return enter(server, number, local.s, out);
    }
    return result;
}

CUresult bf_pool_sharing_export_pointer(CUmemPoolPtrExportData *out, CUdeviceptr address)
{
    struct bf_place place;
    struct bf_ask ask = {.held = NULL};
    if (!bf_memory_find(NULL, address, &place) || place.range.base != address || !place.range.pool ||
        place.range.pool->pool.made.handleTypes != CU_MEM_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR)
        return CUDA_ERROR_INVALID_VALUE;
    CUresult result = BF_ASK_HELD(bf_on(place.server), NULL, &ask, cuMemPoolExportPointer, bf_u(address));
    if (!result && ask.values[0].bytes != sizeof *out)
        result = CUDA_ERROR_UNKNOWN;
    if (!result)
        memcpy(out, ask.values[0].p, sizeof *out);
    bf_stream_ask_end(&ask);
    return result;
}

CUresult bf_pool_sharing_import_pointer(CUdeviceptr *out, struct bf_object *pool, const CUmemPoolPtrExportData *data)
{
    struct bf_value told[2];
    if (pool->pool.kept)
        return CUDA_ERROR_INVALID_VALUE;
    CUresult result =
        BF_ASK(bf_on(pool->server), told, cuMemPoolImportPointer, bf_u(pool->number), bf_bytes(data, sizeof *data));
    if (result)
        return result;
    struct bf_range range = {.base = told[0].u,
                             .bytes = told[1].u,
                             .id = bf_map_new_id(),
                             .context = pool->pool.device->primary,
                             .pool = pool};
    bf_reserve(range.base, range.bytes);
    if (!bf_map_add(&pool->server->memory, &range))
        return CUDA_ERROR_OUT_OF_MEMORY;
    *out = range.base;
    return CUDA_SUCCESS;
}
