/* Device memory: allocate, free, look up. */
#include "../../libcuda/generated/cuda_api.h"
#include "../state/kept_pools.h"
#include "../state/managed_memory.h"
#include "../state/memory.h"
#include "issue.h"
#include "../state/order.h"
#include "../state/pinned.h"
#include "../state/waits.h"

/* Rows of the driver's own pitch. */
struct rows {
    struct bf_apart wanted;
    size_t width, height, pitch;
    unsigned element;
};

static CUresult ask_rows(struct bf_apart *wanted, uint64_t least, uint64_t *base)
{
    struct rows *of = (struct rows *)wanted;
    struct bf_value out[2];
    size_t height = least / of->width > of->height ? least / of->width : of->height;
    CUresult result =
        BF_ASK(bf_in(wanted->range.context), out, cuMemAllocPitch_v2, bf_u(of->width), bf_u(height), bf_u(of->element));
    if (result)
        return result;
    *base = out[0].u;
    of->pitch = out[1].u;
    wanted->range.bytes = of->pitch * of->height;
    return CUDA_SUCCESS;
}

CUresult cuMemAllocPitch_v2(CUdeviceptr *dptr, size_t *pPitch, size_t WidthInBytes, size_t Height,
                            unsigned int ElementSizeBytes)
{
    struct bf_object *context;
    CUresult result = bf_contexts_current(&context);
    if (!result)
        result = lc_capture_rules_unsafe();
    bool bad_element = ElementSizeBytes != 4 && ElementSizeBytes != 8 && ElementSizeBytes != 16;
    if (!result && (!dptr || !pPitch || !WidthInBytes || !Height || bad_element))
        result = CUDA_ERROR_INVALID_VALUE;
    if (result)
        return result;
    struct rows of = {.wanted = {.server = context->server,
                                 .range = {.base = 0, .id = bf_map_new_id(), .context = context},
                                 .ask = ask_rows,
                                 .give_back = bf_apart_free},
                      .width = WidthInBytes,
                      .height = Height,
                      .element = ElementSizeBytes};
    result = bf_apart_take(&of.wanted);
    if (result)
        return result;
    *dptr = of.wanted.range.base;
    *pPitch = of.pitch;
    return CUDA_SUCCESS;
}

/* Take an allocation out of the map; freeing is told to the server that has it. What a graph allocates may be there
 * again after the next launch, so it stays. */
static CUresult forget(const struct bf_object *context, CUdeviceptr address, struct bf_place *place)
{
    if (!bf_memory_find(context->server, address, place))
        return CUDA_ERROR_INVALID_VALUE;
    if (place->range.of_graph)
        return place->range.base == address ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
    if (!bf_map_remove(&place->server->memory, address, &place->range))
        return CUDA_ERROR_INVALID_VALUE;
    return CUDA_SUCCESS;
}

static CUresult freed(const struct bf_target *to, const struct bf_place *place, CUresult told)
{
    return place->range.of_graph ? bf_memory_told(*to, place->range.base, 1, told) : told;
}

CUresult cuMemFree_v2(CUdeviceptr dptr)
{
    struct bf_object *context;
    struct bf_place place;
    CUresult result = bf_contexts_current(&context);
    if (!result)
        result = lc_capture_rules_unsafe();
    if (result || !dptr)
        return result;
    if (bf_pinned_covers((const void *)(uintptr_t)dptr, 1))
        return CUDA_ERROR_INVALID_VALUE; /* the host's, even where a device reaches it */
    result = forget(context, dptr, &place);
    if (result)
        return result;
    bf_waits_settle(place.range.pool || place.range.of_graph ? context : place.range.context);
    if (bf_kept_pools_has(&place.range))
        return bf_kept_pools_free(&place);
    if (place.range.managed)
        return bf_managed_memory_free(&place);
    struct bf_target to = place.server == context->server ? bf_in(context) : bf_in(place.range.context);
    return freed(&to, &place, BF_TELL(to, cuMemFree_v2, bf_u(dptr)));
}

CUresult cuMemFreeAsync(CUdeviceptr dptr, CUstream hStream)
{
    struct bf_order order;
    struct bf_place place;
    CUresult result = bf_order_find(hStream, &order);
    if (result || !dptr)
        return result;
    if (lc_capture_any() && bf_issue_free(&order, dptr, &result))
        return result;
    result = forget(order.context, dptr, &place);
    if (!result && place.server != order.to.server)
        return CUDA_ERROR_INVALID_VALUE;
    if (result)
        return result;
    if (bf_kept_pools_has(&place.range))
        return bf_kept_pools_free_behind(&order, &place);
    return freed(&order.to, &place, BF_TELL(order.to, cuMemFreeAsync, bf_u(dptr), bf_u(order.stream)));
}

CUresult cuMemGetAddressRange_v2(CUdeviceptr *pbase, size_t *psize, CUdeviceptr dptr)
{
    struct bf_object *context;
    struct bf_place place;
    CUresult result = bf_contexts_current(&context);
    if (result)
        return result;
    if (!bf_memory_find(context->server, dptr, &place)) {
        if (!bf_pinned_find((const void *)(uintptr_t)dptr, &place.range))
            return CUDA_ERROR_NOT_FOUND;
    }
    if (pbase)
        *pbase = place.range.base;
    if (psize)
        *psize = place.range.bytes;
    return CUDA_SUCCESS;
}
