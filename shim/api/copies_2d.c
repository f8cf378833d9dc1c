/* Copies of rectangles. Over the wire the rows go packed. Those with an array are boxes. */
#include "../../libcuda/generated/cuda_api.h"
#include "../state/arrival.h"
#include "copies.h"
#include "issue.h"
#include "../state/memory.h"
#include "../state/callbacks.h"
#include "../state/pinned.h"

/* One side: where its first byte is, and how far apart its rows are. */
struct side {
    bool on_device;
    uint64_t start;
    size_t pitch;
    struct bf_server *server;
};

struct request {
    CUmemorytype type;
    const void *host;
    CUdeviceptr device;
    size_t x, y, pitch;
};

static bool multiplies(uint64_t a, uint64_t b, uint64_t c, uint64_t *out)
{
    uint64_t product;
    return !__builtin_mul_overflow(a, b, &product) && !__builtin_add_overflow(product, c, out);
}

/* A pitch of 0 means rows without gaps; it may be no smaller than what is taken of a row. */
static CUresult open_side(const struct request *request, size_t width, size_t height, struct bf_server *preferred,
                          struct side *out)
{
    uint64_t offset, span;
    if (request->type < CU_MEMORYTYPE_HOST || request->type > CU_MEMORYTYPE_UNIFIED)
        return CUDA_ERROR_INVALID_VALUE;
    out->pitch = request->pitch ? request->pitch : request->x + width;
    if (out->pitch < width || out->pitch - width < request->x ||
        !multiplies(request->y, out->pitch, request->x, &offset) || !multiplies(height - 1, out->pitch, width, &span))
        return CUDA_ERROR_INVALID_VALUE;
    bool by_host = request->type == CU_MEMORYTYPE_HOST && !bf_managed_touches(request->host, 1);
    out->start = (request->type == CU_MEMORYTYPE_HOST ? (uintptr_t)request->host : request->device) + offset;
    struct bf_place place;
    out->on_device = !by_host &&
                     (request->type != CU_MEMORYTYPE_UNIFIED || bf_memory_find(preferred, out->start, &place));
    out->server = out->on_device ? bf_memory_server(preferred, out->start, span) : NULL;
    if (out->on_device && !out->server)
        out->on_device = !bf_pinned_covers((const void *)(uintptr_t)out->start, span);
    bool missing = out->on_device && !out->server;
    return missing || !out->start ? CUDA_ERROR_INVALID_VALUE : CUDA_SUCCESS;
}

static void copy_on_host(const struct side *to, const struct side *from, size_t width, size_t height)
{
    for (size_t row = 0; row < height; row++)
        memmove((uint8_t *)(uintptr_t)to->start + row * to->pitch,
                (const uint8_t *)(uintptr_t)from->start + row * from->pitch, width);
}

static CUresult told(const struct bf_order *order, const struct side *to, const struct side *from, size_t width,
                     size_t height, CUresult result)
{
    result = bf_memory_told(order->to, to->start, (height - 1) * to->pitch + width, result);
    return bf_memory_told(order->to, from->start, (height - 1) * from->pitch + width, result);
}

static CUresult copy_in(const struct bf_order *order, const struct side *to, const struct bf_rows *rows)
{
    CUresult result = CUDA_SUCCESS;
    if (bf_callbacks_pending() && bf_copies_later(order, to->start, to->pitch, rows, &result))
        return told(order, to, to, rows->width, rows->height, result);
    if (result)
        return result;
    bf_copies_settle(rows, NULL);
    enum bf_arrival how = bf_arrival_find(order);
    result = BF_TELL_BULK(order->to, rows, copy2d_htod, bf_u(to->start), bf_u(to->pitch), bf_u(rows->width),
                          bf_u(rows->height), bf_u(order->stream));
    return bf_arrival_end(order, how, false, told(order, to, to, rows->width, rows->height, result));
}

static CUresult copy(const struct bf_order *order, const struct side *to, const struct side *from, size_t width,
                     size_t height)
{
    struct bf_rows rows = {.base = (uint8_t *)(uintptr_t)(to->on_device ? from : to)->start,
                           .pitch = (to->on_device ? from : to)->pitch,
                           .width = width,
                           .height = height};
    if (to->on_device && from->on_device)
        return told(order, to, from, width, height,
                    BF_TELL(order->to, copy2d_dtod, bf_u(to->start), bf_u(to->pitch), bf_u(from->start),
                            bf_u(from->pitch), bf_u(width), bf_u(height), bf_u(order->stream)));
    if (to->on_device)
        return copy_in(order, to, &rows);
    CUresult result;
    struct bf_value args[] = {bf_u(from->start), bf_u(from->pitch), bf_u(width), bf_u(height), bf_u(order->stream)};
    size_t span = (height - 1) * from->pitch + width;
    if (from->on_device && bf_map_holds(&order->to.server->memory, from->start, span) &&
        bf_copies_start(order, &bf_calls[BF_CALL_copy2d_dtoh_async], args, &rows, &result))
        return result;
    if (from->on_device)
        return BF_ASK_INTO(order->to, &rows, copy2d_dtoh, args[0], args[1], args[2], args[3], args[4]);
    result = bf_copies_wait(order);
    if (result)
        return result;
    bf_copies_settle(&rows, NULL);
    copy_on_host(to, from, width, height);
    return bf_call_told(order->to, true);
}

/* A row of these has bounds that one of a box has not. */
static CUresult copy_array(const struct bf_order *given, const CUDA_MEMCPY2D *rows)
{
    CUDA_MEMCPY3D box;
    if (rows->WidthInBytes > INT32_MAX || rows->Height > INT32_MAX || rows->srcPitch > INT32_MAX ||
        rows->dstPitch > INT32_MAX)
        return CUDA_ERROR_INVALID_VALUE;
    bf_issue_box_of(rows, &box);
    return bf_copies_box(given, &box);
}

CUresult bf_copies_2d(const struct bf_order *given, const CUDA_MEMCPY2D *pCopy)
{
    struct bf_order order = *given;
    struct side to, from;
    CUresult result;
    result = bf_issue_check(given);
    if (result || !pCopy)
        return result ? result : CUDA_ERROR_INVALID_VALUE;
    if (lc_capture_any() && bf_issue_rows(given, pCopy, &result))
        return result;
    size_t width = pCopy->WidthInBytes, height = pCopy->Height;
    if (!width || !height)
        return CUDA_SUCCESS;
    if (pCopy->srcMemoryType == CU_MEMORYTYPE_ARRAY || pCopy->dstMemoryType == CU_MEMORYTYPE_ARRAY)
        return copy_array(given, pCopy);
    struct request source = {pCopy->srcMemoryType, pCopy->srcHost, pCopy->srcDevice,
                             pCopy->srcXInBytes,   pCopy->srcY,    pCopy->srcPitch};
    struct request target = {pCopy->dstMemoryType, pCopy->dstHost, pCopy->dstDevice,
                             pCopy->dstXInBytes,   pCopy->dstY,    pCopy->dstPitch};
    result = open_side(&target, width, height, order.to.server, &to);
    if (!result)
        result = open_side(&source, width, height, order.to.server, &from);
    if (result)
        return result;
    if (to.on_device && from.on_device && to.server != from.server)
        return CUDA_ERROR_NOT_SUPPORTED;
    if (to.on_device || from.on_device)
        result = bf_copies_place(&order, to.on_device ? to.start : from.start, 1, &order);
    return result ? result : copy(&order, &to, &from, width, height);
}
