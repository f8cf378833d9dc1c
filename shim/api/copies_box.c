/* Copies of boxes: rows and slices, of linear memory or of CUDA arrays. Over the wire the rows go packed. */
#include <stdlib.h>
#include <string.h>

#include "../../libcuda/array_shape.h"
#include "../../libcuda/generated/cuda_api.h"
#include "../state/arrival.h"
#include "../state/callbacks.h"
#include "../state/memory.h"
#include "../state/pinned.h"
#include "../state/sources.h"
#include "../state/structures.h"
#include "copies.h"
#include "issue.h"

/* One side: what the program says of it, and where its first byte is. Of an array there is no address. */
struct side {
    CUmemorytype type;
    const void *host;
    CUdeviceptr device;
    CUarray handle;
    CUcontext context; /* whose device memory it is, if that is known */
    uint64_t x, y, z, pitch, rows;
    struct bf_object *array;
    struct bf_server *server; /* NULL: it is memory of this process */
    uint64_t start, span;
};

struct extent {
    uint64_t width, height, depth;
};

/* ---- what the sides are */

static CUresult open_array(struct side *side, const struct extent *extent)
{
    const struct lc_array_box box = {side->x, side->y, side->z, extent->width, extent->height, extent->depth};
    struct lc_array_shape shape;
    side->array = bf_objects_find(side->handle, BF_ARRAY);
    if (!side->array || lc_array_shape_of(&side->array->array.descriptor, &shape) || !lc_array_shape_has(&shape, &box))
        return CUDA_ERROR_INVALID_VALUE;
    side->server = side->array->server;
    side->context = (CUcontext)side->array->array.context;
    return bf_contexts_check(side->array->array.context);
}

/* A pitch of 0 means rows without gaps, a height of 0 slices without gaps. */
static CUresult lay_out(struct side *side, const struct extent *extent)
{
    bool many = extent->height > 1 || extent->depth > 1;
    if ((many && side->pitch > INT32_MAX) || side->x > INT32_MAX || side->y > INT32_MAX || side->z > INT32_MAX ||
        side->rows > INT32_MAX)
        return CUDA_ERROR_INVALID_VALUE;
    side->pitch = side->pitch ? side->pitch : side->x + extent->width;
    side->rows = side->rows ? side->rows : side->y + extent->height;
    if ((many && (side->pitch < extent->width || side->pitch - extent->width < side->x)) ||
        (extent->depth > 1 && (side->rows < extent->height || side->rows - extent->height < side->y)))
        return CUDA_ERROR_INVALID_VALUE;
    uint64_t slice = side->rows * side->pitch;
    side->start = (side->type == CU_MEMORYTYPE_HOST ? (uintptr_t)side->host : side->device) + side->z * slice +
                  side->y * side->pitch + side->x;
    side->span = (extent->depth - 1) * slice + (extent->height - 1) * side->pitch + extent->width;
    return CUDA_SUCCESS;
}

/* Managed memory, and page-locked memory that the device reaches, are its own whatever kind they are said to be of. */
static CUresult open_host(struct side *side, struct bf_server *preferred)
{
    struct bf_place place;
    if (!side->host)
        return CUDA_ERROR_INVALID_VALUE;
    if (!bf_memory_find(preferred, side->start, &place))
        return CUDA_SUCCESS;
    side->server = place.range.managed ? bf_memory_server(preferred, side->start, side->span) : NULL;
    return side->server ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
}

static CUresult open_side(struct side *side, const struct extent *extent, struct bf_server *preferred)
{
    struct bf_place place;
    if (side->type == CU_MEMORYTYPE_ARRAY)
        return open_array(side, extent);
    CUresult result = lay_out(side, extent);
    if (result)
        return result;
    if (side->type == CU_MEMORYTYPE_HOST)
        return open_host(side, preferred);
    if (side->type != CU_MEMORYTYPE_DEVICE && side->type != CU_MEMORYTYPE_UNIFIED)
        return CUDA_ERROR_INVALID_VALUE;
    if (!side->device && side->type == CU_MEMORYTYPE_UNIFIED)
        return CUDA_ERROR_INVALID_VALUE;
    side->server = bf_memory_server(preferred, side->start, side->span);
    if (side->server || bf_pinned_covers((const void *)(uintptr_t)side->start, side->span))
        return CUDA_SUCCESS;
    bool known = bf_memory_find(preferred, side->start, &place);
    return known || side->type == CU_MEMORYTYPE_DEVICE ? CUDA_ERROR_INVALID_VALUE : CUDA_SUCCESS;
}

static struct bf_rows rows_of(const struct side *side, const struct extent *extent)
{
    struct bf_rows rows = {.base = (uint8_t *)(uintptr_t)side->start,
                           .pitch = side->pitch,
                           .width = extent->width,
                           .height = extent->height * extent->depth};
    if (extent->depth > 1) {
        rows.slice_rows = extent->height;
        rows.slice = side->rows * side->pitch;
    }
    return rows;
}

/* ---- what the server is told */

static void describe_side(const struct side *side, CUDA_MEMCPY3D *half)
{
    bool in_array = side->array != NULL;
    half->srcMemoryType = in_array ? CU_MEMORYTYPE_ARRAY : side->server ? CU_MEMORYTYPE_DEVICE : CU_MEMORYTYPE_HOST;
    half->srcXInBytes = in_array ? side->x : 0;
    half->srcY = in_array ? side->y : 0;
    half->srcZ = in_array ? side->z : 0;
    half->srcDevice = in_array || !side->server ? 0 : side->start;
    half->srcArray = in_array ? side->handle : NULL;
    half->srcPitch = in_array ? 0 : side->pitch;
    half->srcHeight = in_array ? 0 : side->rows;
    half->reserved0 = side->context;
}

/* Whether the driver is to be told which contexts the two sides are of. */
static bool is_between(const struct side *to, const struct side *from)
{
    return to->server && from->server && to->context && from->context && to->context != from->context;
}

static CUresult told_of(const struct bf_order *order, const struct side *side, CUresult result)
{
    return side->server && !side->array ? bf_memory_told(order->to, side->start, side->span, result) : result;
}

/* The second half of the structure is the target's, and like the first. That of a copy between contexts differs in the
 * names of its members alone. */
static CUresult pack(struct bf_packed *packed, const struct bf_order *order, const struct side *to,
                     const struct side *from, const struct extent *extent)
{
    enum { HALF = offsetof(CUDA_MEMCPY3D, dstXInBytes) };
    CUDA_MEMCPY3D box = {.WidthInBytes = extent->width, .Height = extent->height, .Depth = extent->depth}, half = {0};
    describe_side(to, &half);
    memcpy((uint8_t *)&box + HALF, &half, HALF);
    describe_side(from, &box);
    return bf_structures_pack(packed,
                              is_between(to, from) ? BF_STRUCTURE_CUDA_MEMCPY3D_PEER : BF_STRUCTURE_CUDA_MEMCPY3D, &box,
                              1, order->context);
}

static CUresult copy_on_server(const struct bf_order *order, const struct bf_packed *packed, const struct side *to,
                               const struct side *from)
{
    CUresult result = is_between(to, from)
                          ? BF_TELL(order->to, box_peer, bf_structures_value(packed), bf_u(order->stream))
                          : BF_TELL(order->to, box_on_device, bf_structures_value(packed), bf_u(order->stream));
    return told_of(order, to, told_of(order, from, result));
}

static CUresult send_later(const struct bf_order *order, const struct bf_packed *packed, const struct bf_rows *rows,
                           bool *done)
{
    uint64_t number = bf_sources_enter_copy(order, rows);
    *done = number;
    return number ? BF_TELL(order->to, box_later, bf_structures_value(packed), bf_u(order->stream), bf_u(number))
                  : CUDA_SUCCESS;
}

static CUresult send(const struct bf_order *order, const struct bf_packed *packed, const struct side *to,
                     const struct bf_rows *rows)
{
    CUresult result = CUDA_SUCCESS;
    bool done = false;
    if (bf_callbacks_pending() && bf_copies_is_later(order, rows, &result))
        result = send_later(order, packed, rows, &done);
    if (result || done)
        return told_of(order, to, result);
    bf_copies_settle(rows, NULL);
    enum bf_arrival how = bf_arrival_find(order);
    result = BF_TELL_BULK(order->to, rows, box_in, bf_structures_value(packed), bf_u(order->stream));
    return bf_arrival_end(order, how, false, told_of(order, to, result));
}

static CUresult receive(const struct bf_order *order, const struct bf_packed *packed, const struct side *from,
                        const struct bf_rows *rows)
{
    struct bf_value args[] = {bf_structures_value(packed), bf_u(order->stream)};
    CUresult result;
    bool certain = from->array || bf_map_holds(&order->to.server->memory, from->start, from->span);
    if (certain && bf_copies_start(order, &bf_calls[BF_CALL_box_out_async], args, rows, &result))
        return result;
    return BF_ASK_INTO(order->to, rows, box_out, args[0], args[1]);
}

static CUresult copy_remotely(const struct bf_order *order, const struct side *to, const struct side *from,
                              const struct extent *extent)
{
    struct bf_packed packed;
    struct bf_rows rows = rows_of(to->server ? from : to, extent);
    CUresult result = pack(&packed, order, to, from, extent);
    if (!result && to->server && from->server)
        result = copy_on_server(order, &packed, to, from);
    else if (!result && to->server)
        result = send(order, &packed, to, &rows);
    else if (!result)
        result = receive(order, &packed, from, &rows);
    bf_structures_end(&packed);
    return result;
}

/* ---- where it is made */

static CUresult copy_here(const struct bf_order *order, const struct side *to, const struct side *from,
                          const struct extent *extent)
{
    const struct bf_rows target = rows_of(to, extent), source = rows_of(from, extent);
    CUresult result = bf_copies_wait(order);
    if (result)
        return result;
    bf_copies_settle(&target, NULL);
    bf_copies_settle(&source, NULL);
    for (size_t done = 0, bytes = 0, piece = 0; done < bf_rows_bytes(&target); done += bytes) {
        uint8_t *out = bf_rows_piece(&target, done, extent->width - done % extent->width, &bytes);
        const uint8_t *in = bf_rows_piece(&source, done, bytes, &piece);
        memmove(out, in, bytes = piece);
    }
    return bf_call_told(order->to, true);
}

/* In the order itself, or in the context that has it if another server does, which an explicit stream cannot reach. */
static CUresult place(const struct bf_order *order, const struct side *side, struct bf_order *out)
{
    if (!side->array)
        return bf_copies_place(order, side->start, side->span, out);
    *out = *order;
    if (side->server == order->to.server)
        return CUDA_SUCCESS;
    if (order->object)
        return CUDA_ERROR_INVALID_VALUE;
    CUresult result = bf_order_legacy(side->array->array.context, out);
    out->waits = order->waits;
    return result;
}

/* Between two servers the bytes go through this process, some rows at a time. */
static CUresult copy_across(const struct bf_order *order, const struct side *to, const struct side *from,
                            const struct extent *extent)
{
    enum { ROOM = 4 * BF_COPY_CHUNK_BYTES };
    struct bf_order anywhere = *order, out, in;
    anywhere.object = NULL;
    uint64_t most = extent->width < ROOM ? ROOM / extent->width : 1;
    most = most < extent->height ? most : extent->height;
    CUresult result = place(&anywhere, to, &out);
    if (!result)
        result = place(&anywhere, from, &in);
    if (!result)
        result = bf_copies_wait(order);
    uint8_t *staging = result ? NULL : malloc(extent->width * most);
    if (!staging)
        return result ? result : CUDA_ERROR_OUT_OF_MEMORY;
    out.to = bf_quietly(out.to);
    in.to = bf_quietly(in.to);
    for (uint64_t row = 0; row < extent->height * extent->depth && !result;) {
        uint64_t z = row / extent->height, y = row % extent->height, left = extent->height - y;
        const struct extent part = {extent->width, left < most ? left : most, 1};
        struct side target = *to, source = *from;
        const struct side here = {.start = (uintptr_t)staging, .pitch = part.width, .rows = part.height};
        target.y += y, target.z += z, target.start += (z * to->rows + y) * to->pitch;
        source.y += y, source.z += z, source.start += (z * from->rows + y) * from->pitch;
        target.span = (part.height - 1) * to->pitch + part.width;
        source.span = (part.height - 1) * from->pitch + part.width;
        result = copy_remotely(&in, &here, &source, &part);
        if (!result)
            result = copy_remotely(&out, &target, &here, &part);
        row += part.height;
    }
    free(staging);
    return result ? result : bf_call_told(order->to, true);
}

static CUresult copy(const struct bf_order *given, struct side *to, struct side *from, const struct extent *extent)
{
    struct bf_order order;
    CUresult result = open_side(from, extent, given->to.server);
    if (!result)
        result = open_side(to, extent, given->to.server);
    if (result)
        return result;
    if (!to->server && !from->server)
        return copy_here(given, to, from, extent);
    if (to->server && from->server && to->server != from->server)
        return copy_across(given, to, from, extent);
    result = place(given, to->server ? to : from, &order);
    return result ? result : copy_remotely(&order, to, from, extent);
}

/* ---- what others call */

/* `contexts`: of the target and of the source, or NULL. */
static CUresult copy_box(const struct bf_order *given, const CUDA_MEMCPY3D *pCopy, const CUcontext *contexts)
{
    CUresult result = bf_issue_check(given);
    if (result || !pCopy)
        return result ? result : CUDA_ERROR_INVALID_VALUE;
    if (lc_capture_any() && bf_issue_copy(given, pCopy, &result))
        return result;
    const struct extent extent = {pCopy->WidthInBytes, pCopy->Height, pCopy->Depth};
    if (!extent.width || !extent.height || !extent.depth)
        return CUDA_SUCCESS;
    uint64_t rows = extent.height > extent.depth ? extent.height : extent.depth;
    if (rows > INT32_MAX || (rows > 1 && extent.width > INT32_MAX) || extent.width > INT64_MAX || pCopy->srcLOD ||
        pCopy->dstLOD)
        return CUDA_ERROR_INVALID_VALUE;
    struct side from = {.type = pCopy->srcMemoryType,
                        .host = pCopy->srcHost,
                        .device = pCopy->srcDevice,
                        .handle = pCopy->srcArray,
                        .context = contexts ? contexts[1] : NULL,
                        .x = pCopy->srcXInBytes,
                        .y = pCopy->srcY,
                        .z = pCopy->srcZ,
                        .pitch = pCopy->srcPitch,
                        .rows = pCopy->srcHeight};
    struct side to = {.type = pCopy->dstMemoryType,
                      .host = pCopy->dstHost,
                      .device = pCopy->dstDevice,
                      .handle = pCopy->dstArray,
                      .context = contexts ? contexts[0] : NULL,
                      .x = pCopy->dstXInBytes,
                      .y = pCopy->dstY,
                      .z = pCopy->dstZ,
                      .pitch = pCopy->dstPitch,
                      .rows = pCopy->dstHeight};
    return copy(given, &to, &from, &extent);
}

CUresult bf_copies_box(const struct bf_order *given, const CUDA_MEMCPY3D *pCopy)
{
    return copy_box(given, pCopy, NULL);
}

/* Device memory has a context; an array knows its own. */
static CUresult check_peer(CUmemorytype type, CUcontext handle)
{
    struct bf_object *context;
    if (type != CU_MEMORYTYPE_DEVICE && type != CU_MEMORYTYPE_UNIFIED)
        return CUDA_SUCCESS;
    return handle ? bf_contexts_find(handle, &context) : CUDA_ERROR_INVALID_CONTEXT;
}

CUresult bf_copies_box_peer(const struct bf_order *given, const CUDA_MEMCPY3D_PEER *pCopy)
{
    CUDA_MEMCPY3D box;
    _Static_assert(sizeof *pCopy == sizeof box, "they differ in names alone");
    CUresult result = bf_issue_check(given);
    if (!result && !pCopy)
        result = CUDA_ERROR_INVALID_VALUE;
    if (!result)
        result = check_peer(pCopy->dstMemoryType, pCopy->dstContext);
    if (!result)
        result = check_peer(pCopy->srcMemoryType, pCopy->srcContext);
    if (result)
        return result;
    memcpy(&box, pCopy, sizeof box);
    box.reserved0 = box.reserved1 = NULL;
    return copy_box(given, &box, (const CUcontext[]){pCopy->dstContext, pCopy->srcContext});
}

static CUresult check_line(const struct bf_copies_end *end)
{
    if (end->type != CU_MEMORYTYPE_ARRAY)
        return CUDA_SUCCESS;
    const struct bf_object *array = bf_objects_find((const void *)(uintptr_t)end->at, BF_ARRAY);
    bool is_line = array && !array->array.descriptor.Height && !array->array.descriptor.Depth;
    return is_line ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
}

CUresult bf_copies_box_run(const struct bf_order *order, struct bf_copies_end to, struct bf_copies_end from,
                           size_t bytes)
{
    CUDA_MEMCPY3D box = {.srcXInBytes = from.offset,
                         .srcMemoryType = from.type,
                         .srcHost = (const void *)(uintptr_t)from.at,
                         .srcDevice = from.at,
                         .srcArray = (CUarray)(uintptr_t)from.at,
                         .dstXInBytes = to.offset,
                         .dstMemoryType = to.type,
                         .dstHost = (void *)(uintptr_t)to.at,
                         .dstDevice = to.at,
                         .dstArray = (CUarray)(uintptr_t)to.at,
                         .WidthInBytes = bytes,
                         .Height = 1,
                         .Depth = 1};
    CUresult result = bf_issue_check(order);
    if (result || !bytes)
        return result;
    result = check_line(&to);
    if (!result)
        result = check_line(&from);
    return result ? result : bf_copies_box(order, &box);
}
