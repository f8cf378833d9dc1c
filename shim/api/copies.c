/* Copies of one run of bytes. To a device they are tells with the bytes right behind them. From a device they are
 * asks; those to pinned memory that need not wait return at once, and their bytes are received by whoever reads
 * (outstanding.h). */
#include <stdlib.h>

#include "../../libcuda/generated/cuda_api.h"
#include "../state/arrival.h"
#include "copies.h"
#include "issue.h"
#include "../state/memory.h"
#include "../state/pinned.h"
#include "../state/sources.h"
#include "../state/callbacks.h"
#include "../wire/outstanding.h"
#include "../wire/pages.h"
#include "../state/waits.h"

#define ON_DEVICE(at) ((struct bf_issue_side){CU_MEMORYTYPE_DEVICE, (at)})
#define ON_HOST(at) ((struct bf_issue_side){CU_MEMORYTYPE_HOST, (uintptr_t)(at)})
#define ANYWHERE(at) ((struct bf_issue_side){CU_MEMORYTYPE_UNIFIED, (at)})

/* Whose memory it is decides where the copy is made: with a stream in that stream's context, else in the current one
 * or, if another server has the memory, in the context that allocated it. */
CUresult bf_copies_place(const struct bf_order *order, CUdeviceptr address, uint64_t bytes, struct bf_order *out)
{
    struct bf_server *server = bf_memory_server(order->to.server, address, bytes);
    struct bf_place place;
    if (!server)
        return CUDA_ERROR_INVALID_VALUE;
    *out = *order;
    if (server == order->to.server)
        return CUDA_SUCCESS;
    if (order->object)
        return CUDA_ERROR_INVALID_VALUE;
    bf_memory_find(server, address, &place);
    CUresult result = bf_order_legacy(place.range.context, out);
    out->waits = order->waits;
    return result ? result : bf_contexts_check(place.range.context);
}

/* Pinned memory has the address on a device that it has here, so it may be either side of any copy: then this process
 * has the bytes of that side. */
static bool is_pinned(CUdeviceptr address, uint64_t bytes)
{
    return bf_pinned_covers((const void *)(uintptr_t)address, bytes);
}

static CUresult copy_on_host(const struct bf_order *order, void *to, const void *from, size_t bytes)
{
    CUresult result = bf_copies_wait(order);
    if (result)
        return result;
    bf_memory_settle_host(to, bytes, NULL);
    bf_memory_settle_host(from, bytes, NULL);
    memmove(to, from, bytes);
    return bf_call_told(order->to, true);
}

/* The stream takes arguments under its locks, so the pages are touched here. */
static CUresult copy_small(const struct bf_order *order, CUdeviceptr to, const struct bf_rows *bulk, size_t bytes,
                           enum bf_arrival how)
{
    bf_pages_read(bulk);
    if (how != BF_ARRIVAL_BEFORE_OTHERS)
        return BF_TELL(order->to, copy_small, bf_u(to), bf_bytes(bulk->base, bytes), bf_u(order->stream));
    return BF_TELL(order->to, copy_small_legacy, bf_u(to), bf_bytes(bulk->base, bytes));
}

/* NOLINTBEGIN(misc-no-recursion): each calls another for memory that is of another kind than the call says; between two
 * servers for memory of this process, which is of no other. */
CUresult bf_copies_to_device(const struct bf_order *order, CUdeviceptr to, const void *from, size_t bytes)
{
    struct bf_order place;
    struct bf_rows bulk = bf_rows_plain(from, bytes);
    CUresult result;
    if (lc_capture_any() && bf_issue_linear(order, ON_DEVICE(to), ON_HOST(from), bytes, &result))
        return result;
    if (!bytes)
        return CUDA_SUCCESS;
    if (bf_managed_touches(from, bytes))
        return bf_copies_on_device(order, to, (uintptr_t)from, bytes);
    result = from ? bf_copies_place(order, to, bytes, &place) : CUDA_ERROR_INVALID_VALUE;
    if (result && from && is_pinned(to, bytes))
        return copy_on_host(order, (void *)(uintptr_t)to, from, bytes);
    if (result)
        return result;
    if (bf_callbacks_pending() && bf_copies_later(&place, to, bytes, &bulk, &result))
        return bf_memory_told(place.to, to, bytes, result);
    if (result)
        return result;
    bf_copies_settle(&bulk, NULL);
    enum bf_arrival how = bf_arrival_find(&place);
    bool small = bytes <= BF_BULK_INLINE_BYTES;
    result = small ? copy_small(&place, to, &bulk, bytes, how)
                   : BF_TELL_BULK(place.to, &bulk, copy_htod, bf_u(to), bf_u(bytes), bf_u(place.stream));
    return bf_arrival_end(&place, how, small, bf_memory_told(place.to, to, bytes, result));
}

bool bf_copies_later(const struct bf_order *order, CUdeviceptr to, size_t pitch, const struct bf_rows *from,
                     CUresult *result)
{
    return bf_copies_is_later(order, from, result) && bf_sources_copy(order, to, pitch, from, result);
}

bool bf_copies_is_later(const struct bf_order *order, const struct bf_rows *from, CUresult *result)
{
    if (order->waits)
        *result = bf_copies_wait(order);
    return !order->waits && bf_pinned_covers(from->base, bf_rows_span(from));
}

void bf_copies_settle(const struct bf_rows *host, const struct bf_progress *except)
{
    bf_memory_settle_host(host->base, bf_rows_span(host), except);
}

bool bf_copies_start(const struct bf_order *order, const struct bf_call *call, const struct bf_value *args,
                     const struct bf_rows *into, CUresult *result)
{
    bool later = !order->waits && bf_pinned_covers(into->base, bf_rows_span(into));
    bf_copies_settle(into, later ? order->to.progress : NULL);
    if (!later)
        return false;
    struct bf_put put = {.progress = order->to.progress};
    bool reaches = bf_managed_any();
    if (reaches)
        bf_managed_enter(&order->to.server->stream, put.progress, call, args);
    *result = (CUresult)bf_outstanding_start(&order->to.server->stream, order->to.context, call, args, into, &put);
    if (reaches)
        bf_managed_leave(&order->to.server->stream, put.progress, put.number);
    if (*result == CUDA_ERROR_OUT_OF_MEMORY)
        return false; /* it can be made all the same, by waiting */
    *result = *result ? *result : bf_call_told(order->to, call->carries);
    return true;
}

CUresult bf_copies_to_host(const struct bf_order *order, void *to, CUdeviceptr from, size_t bytes)
{
    struct bf_order place;
    struct bf_rows into = bf_rows_plain(to, bytes);
    CUresult result;
    if (lc_capture_any() && bf_issue_linear(order, ON_HOST(to), ON_DEVICE(from), bytes, &result))
        return result;
    if (!bytes)
        return CUDA_SUCCESS;
    if (bf_managed_touches(to, bytes))
        return bf_copies_on_device(order, (uintptr_t)to, from, bytes);
    result = to ? bf_copies_place(order, from, bytes, &place) : CUDA_ERROR_INVALID_VALUE;
    if (result && to && is_pinned(from, bytes))
        return copy_on_host(order, to, (const void *)(uintptr_t)from, bytes);
    if (result)
        return result;
    struct bf_value args[] = {bf_u(from), bf_u(bytes), bf_u(place.stream)};
    /* Of bytes of two allocations the driver's answer is this call's (bf_memory_told). */
    if (bf_map_holds(&place.to.server->memory, from, bytes) &&
        bf_copies_start(&place, &bf_calls[BF_CALL_copy_dtoh_async], args, &into, &result))
        return result;
    return BF_ASK_INTO(place.to, &into, copy_dtoh, args[0], args[1], args[2]);
}

CUresult bf_copies_finish(const struct bf_order *order, CUresult result)
{
    return result || !bf_outstanding_any(&order->to.server->stream) ? result : bf_copies_wait(order);
}

CUresult bf_copies_wait(const struct bf_order *order)
{
    return bf_waits_for(order);
}

/* Between two servers the bytes go through this process, piece by piece. */
static CUresult copy_across(const struct bf_order *order, const struct bf_order *target, CUdeviceptr to,
                            const struct bf_order *source, CUdeviceptr from, size_t bytes)
{
    size_t room = bytes < (size_t)4 * BF_COPY_CHUNK_BYTES ? bytes : (size_t)4 * BF_COPY_CHUNK_BYTES;
    struct bf_order in = *source, out = *target;
    in.to = bf_quietly(in.to);
    out.to = bf_quietly(out.to);
    void *staging = malloc(room);
    if (!staging)
        return CUDA_ERROR_OUT_OF_MEMORY;
    CUresult result = bf_copies_wait(order);
    for (size_t done = 0; done < bytes && !result; done += room) {
        size_t piece = bytes - done < room ? bytes - done : room;
        result = bf_copies_to_host(&in, staging, from + done, piece);
        if (!result)
            result = bf_copies_to_device(&out, to + done, staging, piece);
    }
    free(staging);
    return result ? result : bf_call_told(order->to, true);
}

CUresult bf_copies_on_device(const struct bf_order *order, CUdeviceptr to, CUdeviceptr from, size_t bytes)
{
    struct bf_order target, source;
    CUresult result;
    if (lc_capture_any() && bf_issue_linear(order, ON_DEVICE(to), ON_DEVICE(from), bytes, &result))
        return result;
    if (!bytes)
        return CUDA_SUCCESS;
    struct bf_order anywhere = *order;
    anywhere.object = NULL;
    result = bf_copies_place(&anywhere, to, bytes, &target);
    if (result && is_pinned(to, bytes))
        return bf_copies_to_host(order, (void *)(uintptr_t)to, from, bytes);
    if (!result)
        result = bf_copies_place(&anywhere, from, bytes, &source);
    if (result && is_pinned(from, bytes))
        return bf_copies_to_device(order, to, (const void *)(uintptr_t)from, bytes);
    if (result)
        return result;
    if (target.to.server != source.to.server)
        return copy_across(order, &target, to, &source, from, bytes);
    result = BF_TELL(target.to, copy_dtod, bf_u(to), bf_u(from), bf_u(bytes), bf_u(target.stream));
    return bf_memory_told(target.to, from, bytes, bf_memory_told(target.to, to, bytes, result));
}
/* NOLINTEND(misc-no-recursion) */

CUresult bf_copies_any(const struct bf_order *order, CUdeviceptr to, CUdeviceptr from, size_t bytes)
{
    struct bf_place place;
    CUresult result;
    if (lc_capture_any() && bf_issue_linear(order, ANYWHERE(to), ANYWHERE(from), bytes, &result))
        return result;
    bool to_device = bf_memory_find(order->to.server, to, &place);
    bool from_device = bf_memory_find(order->to.server, from, &place);
    if (to_device && from_device)
        return bf_copies_on_device(order, to, from, bytes);
    if (to_device)
        return bf_copies_to_device(order, to, (const void *)(uintptr_t)from, bytes);
    if (from_device)
        return bf_copies_to_host(order, (void *)(uintptr_t)to, from, bytes);
    if (!to || !from)
        return CUDA_ERROR_INVALID_VALUE;
    return copy_on_host(order, (void *)(uintptr_t)to, (const void *)(uintptr_t)from, bytes);
}

CUresult cuMemcpyPeerAsync(CUdeviceptr dstDevice, CUcontext dstContext, CUdeviceptr srcDevice, CUcontext srcContext,
                           size_t ByteCount, CUstream hStream)
{
    struct bf_order order;
    struct bf_object *to, *from;
    CUresult result = bf_order_find(hStream, &order);
    if (!result)
        result = bf_issue_check(&order);
    if (!result && (!dstContext || !srcContext))
        result = CUDA_ERROR_INVALID_CONTEXT;
    if (!result)
        result = bf_contexts_find(dstContext, &to);
    if (!result)
        result = bf_contexts_find(srcContext, &from);
    if (result || !ByteCount)
        return result;
    if (lc_capture_any() && bf_issue_linear(&order, ON_DEVICE(dstDevice), ON_DEVICE(srcDevice), ByteCount, &result))
        return result;
    if (!bf_map_covers(&to->server->memory, dstDevice, ByteCount) ||
        !bf_map_covers(&from->server->memory, srcDevice, ByteCount))
        return is_pinned(dstDevice, ByteCount) || is_pinned(srcDevice, ByteCount)
                   ? bf_copies_on_device(&order, dstDevice, srcDevice, ByteCount)
                   : CUDA_ERROR_INVALID_VALUE;
    struct bf_order target, source;
    if (bf_order_legacy(to, &target) || bf_order_legacy(from, &source))
        return CUDA_ERROR_OUT_OF_MEMORY;
    if (to->server != from->server || to->server != order.to.server)
        return copy_across(&order, &target, dstDevice, &source, srcDevice, ByteCount);
    result = BF_TELL(order.to, copy_peer, bf_u(dstDevice), bf_u(to->number), bf_u(srcDevice), bf_u(from->number),
                     bf_u(ByteCount), bf_u(order.stream));
    return bf_memory_told(order.to, srcDevice, ByteCount, bf_memory_told(order.to, dstDevice, ByteCount, result));
}
