/* Fills: one call of the wire for all widths, linear and pitched, on any stream. Pinned memory of the host is filled
 * here, when the stream has got there: CUDA waits for that, too. */
#include "../../libcuda/generated/cuda_api.h"
#include "copies.h"
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
    bf_copies_settle(&(struct bf_rows){start, what->pitch, what->width * what->element_bytes, what->height}, NULL);
    for (size_t row = 0; row < what->height; row++)
        fill_row(start + row * what->pitch, what);
    return bf_call_told(order->to, true);
}

static CUresult fill(const struct fill *what, CUstream stream)
{
    struct bf_order order;
    uint64_t row = 0, span = 0;
    CUresult result = bf_order_find(stream, &order);
    if (result || !what->width || !what->height)
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

CUresult cuMemsetD8Async(CUdeviceptr dstDevice, unsigned char uc, size_t N, CUstream hStream)
{
    return fill(&(struct fill){dstDevice, 0, N, 1, uc, 1}, hStream);
}

CUresult cuMemsetD16Async(CUdeviceptr dstDevice, unsigned short us, size_t N, CUstream hStream)
{
    return fill(&(struct fill){dstDevice, 0, N, 1, us, 2}, hStream);
}

CUresult cuMemsetD32Async(CUdeviceptr dstDevice, unsigned int ui, size_t N, CUstream hStream)
{
    return fill(&(struct fill){dstDevice, 0, N, 1, ui, 4}, hStream);
}

CUresult cuMemsetD2D8Async(CUdeviceptr dstDevice, size_t dstPitch, unsigned char uc, size_t Width, size_t Height,
                           CUstream hStream)
{
    return fill(&(struct fill){dstDevice, dstPitch, Width, Height, uc, 1}, hStream);
}

CUresult cuMemsetD2D16Async(CUdeviceptr dstDevice, size_t dstPitch, unsigned short us, size_t Width, size_t Height,
                            CUstream hStream)
{
    return fill(&(struct fill){dstDevice, dstPitch, Width, Height, us, 2}, hStream);
}

CUresult cuMemsetD2D32Async(CUdeviceptr dstDevice, size_t dstPitch, unsigned int ui, size_t Width, size_t Height,
                            CUstream hStream)
{
    return fill(&(struct fill){dstDevice, dstPitch, Width, Height, ui, 4}, hStream);
}

CUresult cuMemsetD8_v2(CUdeviceptr dstDevice, unsigned char uc, size_t N)
{
    return cuMemsetD8Async(dstDevice, uc, N, CU_STREAM_LEGACY);
}

CUresult cuMemsetD16_v2(CUdeviceptr dstDevice, unsigned short us, size_t N)
{
    return cuMemsetD16Async(dstDevice, us, N, CU_STREAM_LEGACY);
}

CUresult cuMemsetD32_v2(CUdeviceptr dstDevice, unsigned int ui, size_t N)
{
    return cuMemsetD32Async(dstDevice, ui, N, CU_STREAM_LEGACY);
}

CUresult cuMemsetD2D8_v2(CUdeviceptr dstDevice, size_t dstPitch, unsigned char uc, size_t Width, size_t Height)
{
    return cuMemsetD2D8Async(dstDevice, dstPitch, uc, Width, Height, CU_STREAM_LEGACY);
}

CUresult cuMemsetD2D16_v2(CUdeviceptr dstDevice, size_t dstPitch, unsigned short us, size_t Width, size_t Height)
{
    return cuMemsetD2D16Async(dstDevice, dstPitch, us, Width, Height, CU_STREAM_LEGACY);
}

CUresult cuMemsetD2D32_v2(CUdeviceptr dstDevice, size_t dstPitch, unsigned int ui, size_t Width, size_t Height)
{
    return cuMemsetD2D32Async(dstDevice, dstPitch, ui, Width, Height, CU_STREAM_LEGACY);
}
