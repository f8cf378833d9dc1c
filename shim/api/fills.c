/* Fills: one call of the wire for all widths, linear and pitched, on any stream. Pinned memory of the host is filled
 * here, when the stream has got there: CUDA waits for that, too. */
#include "../../libcuda/generated/cuda_api.h"
#include "copies.h"
#include "fills.h"
#include "issue.h"
#include "../state/memory.h"
#include "../state/pinned.h"

struct fill {
    CUdeviceptr start;
    size_t pitch, width, height; /* width in elements; pitch 0 if height is 1 */
    unsigned value, element_bytes;
};

static void fill_row(uint8_t *row, const struct fill *what)
{
    for (size_t i = 0; i < what->width; i++)
        memcpy(row + i * what->element_bytes, &what->value,
               what->element_bytes); /* little-endian: the low bytes come first */
}

static CUresult fill_host(const struct bf_order *order, const struct fill *what)
{
    uint8_t *start = (uint8_t *)(uintptr_t)what->start;
    CUresult result = bf_copies_wait(order);
    if (result)
        return result;
    const struct bf_rows rows = {
        .base = start, .pitch = what->pitch, .width = what->width * what->element_bytes, .height = what->height};
    bf_copies_settle(&rows, NULL);
    for (size_t row = 0; row < what->height; row++)
        fill_row(start + row * what->pitch, what);
    return bf_call_told(order->to, true);
}

static CUresult fill(const struct bf_order *given, const struct fill *what)
{
    struct bf_order order = *given;
    uint64_t row = 0, span = 0;
    CUresult result = bf_issue_check(given);
    if (result || !what->width || !what->height)
        return result;
    const CUDA_MEMSET_NODE_PARAMS_v2 node = {what->start, what->pitch,  what->value, what->element_bytes,
                                             what->width, what->height, NULL};
    if (lc_capture_any() && bf_issue_fill(given, &node, &result))
        return result;
    bool overflows = __builtin_mul_overflow(what->width, what->element_bytes, &row) ||
                     __builtin_mul_overflow(what->height - 1, what->pitch, &span) ||
                     __builtin_add_overflow(span, row, &span);
    bool unaligned = what->start % what->element_bytes || what->pitch % what->element_bytes;
    if (overflows || unaligned || (what->height > 1 && what->pitch < row))
        return CUDA_ERROR_INVALID_VALUE;
    struct bf_server *server = bf_memory_server(order.to.server, what->start, span);
    struct bf_place place;
    if (!server && bf_pinned_covers((const void *)(uintptr_t)what->start, span))
        return fill_host(&order, what);
    if (!server || (server != order.to.server && order.object))
        return CUDA_ERROR_INVALID_VALUE;
    if (server != order.to.server && bf_memory_find(server, what->start, &place))
        result = bf_order_legacy(place.range.context, &order);
    if (result)
        return result;
    result = BF_TELL(order.to, memset, bf_u(what->start), bf_u(what->height > 1 ? what->pitch : 0), bf_u(what->value),
                     bf_u(what->element_bytes), bf_u(what->width), bf_u(what->height), bf_u(order.stream));
    return bf_memory_told(order.to, what->start, span, result);
}

CUresult bf_fills_fill(const struct bf_order *order, CUdeviceptr start, size_t pitch, unsigned value,
                       unsigned element_bytes, size_t width, size_t height)
{
    return fill(order, &(struct fill){start, pitch, width, height, value, element_bytes});
}
