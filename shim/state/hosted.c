/* Copies in graphs from and to memory of this process. */
#include "hosted.h"

#include <stdlib.h>

#include "memory.h"
#include "pinned.h"
#include "sources.h"

_Static_assert(sizeof(CUDA_MEMCPY3D) == 200, "the protocol carries 200 bytes");

struct side {
    CUmemorytype type;
    const void *host;
    CUdeviceptr device;
    uint64_t x, y, z, pitch, rows;
};

/* A copy as it is sent: with the numbers of this process's memory, 0 on a side that the server has, and with that of an
 * array in the place of its handle. */
struct hosted {
    uint64_t context, source, target;
    CUDA_MEMCPY3D copy;
};

static struct side source_of(const CUDA_MEMCPY3D *copy)
{
    return (struct side){copy->srcMemoryType, copy->srcHost, copy->srcDevice, copy->srcXInBytes,
                         copy->srcY,          copy->srcZ,    copy->srcPitch,  copy->srcHeight};
}

static struct side target_of(const CUDA_MEMCPY3D *copy)
{
    return (struct side){copy->dstMemoryType, copy->dstHost, copy->dstDevice, copy->dstXInBytes,
                         copy->dstY,          copy->dstZ,    copy->dstPitch,  copy->dstHeight};
}

static bool is_here(const struct bf_object *graph, const struct side *side)
{
    struct bf_place place;
    if (side->type == CU_MEMORYTYPE_HOST)
        return side->host;
    if (side->type == CU_MEMORYTYPE_ARRAY || bf_memory_find(graph->server, side->device, &place))
        return false;
    return bf_pinned_covers((const void *)(uintptr_t)side->device, 1) ||
           (side->type == CU_MEMORYTYPE_UNIFIED && side->device);
}

/* The device has it at the same address: managed memory, or page-locked memory that it reaches. */
static bool is_there(const struct bf_object *graph, CUmemorytype type, const void *host)
{
    struct bf_place place;
    return type == CU_MEMORYTYPE_HOST && bf_memory_find(graph->server, (uintptr_t)host, &place) &&
           place.server == graph->server && place.range.managed;
}

CUDA_MEMCPY3D bf_hosted_resolve(const struct bf_object *graph, const CUDA_MEMCPY3D *copy)
{
    CUDA_MEMCPY3D resolved = *copy;
    if (is_there(graph, copy->srcMemoryType, copy->srcHost)) {
        resolved.srcMemoryType = CU_MEMORYTYPE_DEVICE;
        resolved.srcDevice = (uintptr_t)copy->srcHost;
        resolved.srcHost = NULL;
    }
    if (is_there(graph, copy->dstMemoryType, copy->dstHost)) {
        resolved.dstMemoryType = CU_MEMORYTYPE_DEVICE;
        resolved.dstDevice = (uintptr_t)copy->dstHost;
        resolved.dstHost = NULL;
    }
    return resolved;
}

static bool is_hosted(const struct bf_object *graph, const CUgraphNodeParams *params)
{
    if (params->type != CU_GRAPH_NODE_TYPE_MEMCPY)
        return false;
    const CUDA_MEMCPY3D copy = bf_hosted_resolve(graph, &params->memcpy.copyParams);
    struct side from = source_of(&copy), to = target_of(&copy);
    return is_here(graph, &from) || is_here(graph, &to);
}

/* Slices that have nothing between them are rows as others are. */
static CUresult rows_of(const struct side *side, const CUDA_MEMCPY3D *copy, struct bf_rows *out)
{
    uint64_t width = copy->WidthInBytes, height = copy->Height, depth = copy->Depth;
    uint8_t *base = side->type == CU_MEMORYTYPE_HOST ? (uint8_t *)(uintptr_t)side->host
                                                     : (uint8_t *)(uintptr_t)side->device;
    *out = (struct bf_rows){.base = base};
    if (!width || !height || !depth)
        return CUDA_SUCCESS;
    uint64_t pitch = side->pitch ? side->pitch : side->x + width, rows = side->rows ? side->rows : side->y + height;
    bool many = height > 1 || depth > 1;
    bool too_far = side->x > INT32_MAX || side->y > INT32_MAX || side->z > INT32_MAX || side->rows > INT32_MAX ||
                   width > INT64_MAX || height > INT32_MAX || depth > INT32_MAX;
    if (too_far || (many && (pitch > INT32_MAX || pitch < width || pitch - width < side->x)) ||
        (depth > 1 && (rows < height || rows - height < side->y)))
        return CUDA_ERROR_INVALID_VALUE;
    uint64_t offset = (side->z * rows + side->y) * pitch + side->x;
    *out = (struct bf_rows){base + offset, many ? pitch : width, width, height * depth, 0, 0};
    if (depth > 1 && rows != height) {
        out->slice_rows = height;
        out->slice = rows * pitch;
    }
    return CUDA_SUCCESS;
}

/* The number of a side: 0 if the server has it. */
static CUresult enter_side(const struct bf_object *graph, const struct side *side, const CUDA_MEMCPY3D *copy,
                           uint64_t *number)
{
    struct bf_place place;
    struct bf_rows rows;
    *number = 0;
    if (side->type == CU_MEMORYTYPE_ARRAY)
        return CUDA_SUCCESS;
    if (!is_here(graph, side)) {
        bool of_another = side->type != CU_MEMORYTYPE_HOST && bf_memory_find(graph->server, side->device, &place) &&
                          place.server != graph->server;
        return of_another ? CUDA_ERROR_INVALID_VALUE : CUDA_SUCCESS;
    }
    CUresult result = rows_of(side, copy, &rows);
    /* Its pages are closed to us, too. */
    if (!result && bf_managed_touches(rows.base, bf_rows_span(&rows)))
        result = CUDA_ERROR_NOT_SUPPORTED;
    if (!result && !(*number = bf_sources_enter(graph->server, &rows)))
        result = CUDA_ERROR_OUT_OF_MEMORY;
    return result;
}

/* The number of an array, if that side is one. */
static CUresult enter_array(const struct bf_object *graph, CUmemorytype type, CUarray *handle)
{
    const struct bf_object *array = type == CU_MEMORYTYPE_ARRAY ? bf_objects_find(*handle, BF_ARRAY) : NULL;
    if (type == CU_MEMORYTYPE_ARRAY && (!array || array->server != graph->server))
        return CUDA_ERROR_INVALID_VALUE;
    *handle = (CUarray)(uintptr_t)(array ? array->number : 0);
    return CUDA_SUCCESS;
}

static void leave(const struct bf_object *graph, const struct hosted *hosted)
{
    bf_sources_leave(graph->server, hosted->source);
    bf_sources_leave(graph->server, hosted->target);
}

static CUresult enter(const struct bf_object *graph, const CUgraphNodeParams *params, struct hosted *out)
{
    const CUDA_MEMCPY_NODE_PARAMS *given = &params->memcpy;
    *out = (struct hosted){.copy = bf_hosted_resolve(graph, &given->copyParams)};
    struct side from = source_of(&out->copy), to = target_of(&out->copy);
    struct bf_object *context = NULL;
    CUresult result = given->flags || given->reserved || out->copy.srcLOD || out->copy.dstLOD ? CUDA_ERROR_INVALID_VALUE
                                                                                              : CUDA_SUCCESS;
    if (!result)
        result = enter_array(graph, from.type, &out->copy.srcArray);
    if (!result)
        result = enter_array(graph, to.type, &out->copy.dstArray);
    if (!result && given->copyCtx)
        result = bf_contexts_find(given->copyCtx, &context);
    if (!result && context && context->server != graph->server)
        result = CUDA_ERROR_INVALID_CONTEXT;
    if (!result)
        result = enter_side(graph, &from, &given->copyParams, &out->source);
    if (!result)
        result = enter_side(graph, &to, &given->copyParams, &out->target);
    out->context = context ? context->number : 0;
    return result;
}

static CUresult add(struct bf_object *node, const uint64_t *numbers, const CUgraphEdgeData *edges, size_t count,
                    const struct hosted *hosted)
{
    struct bf_object *graph = node->owner;
    atomic_store(&node->node.type, CU_GRAPH_NODE_TYPE_MEMCPY);
    return BF_ASK(bf_on(graph->server), NULL, graph_add_copy, bf_u(node->number), bf_u(graph->number),
                  bf_bytes(numbers, count * sizeof *numbers), bf_bytes(edges, edges ? count * sizeof *edges : 0),
                  bf_bytes(&hosted->copy, sizeof hosted->copy), bf_u(hosted->context), bf_u(hosted->source),
                  bf_u(hosted->target));
}

bool bf_hosted_add(CUgraphNode *out, struct bf_object *graph, const CUgraphNode *nodes, const CUgraphEdgeData *edges,
                   size_t count, const CUgraphNodeParams *params, CUresult *result)
{
    uint64_t *numbers = NULL;
    struct hosted hosted;
    if (!is_hosted(graph, params))
        return false;
    *result = enter(graph, params, &hosted);
    if (!*result)
        *result = bf_graphs_pack(graph, nodes, count, &numbers);
    struct bf_object *node = *result ? NULL : bf_graphs_new(graph->server, BF_NODE, graph);
    if (!*result && !node)
        *result = CUDA_ERROR_OUT_OF_MEMORY;
    if (!*result)
        *result = add(node, numbers, edges, count, &hosted);
    free(numbers);
    if (!*result) {
        *out = (CUgraphNode)node;
        return true;
    }
    if (node)
        bf_graphs_free(node);
    leave(graph, &hosted);
    return true;
}

/* Whether a node may be one of these that is given other parameters. */
static bool may_be(const CUgraphNodeParams *params)
{
    return params->type == CU_GRAPH_NODE_TYPE_MEMCPY && bf_sources_lasting();
}

/* A node that was a copy on the server stays one. */
static bool took(const struct bf_object *node, const CUgraphNodeParams *params, const struct hosted *hosted,
                 uint64_t done, CUresult refused, CUresult *result)
{
    bool other = !*result && !done;
    if (*result || other)
        leave(node->owner, hosted);
    if (other && is_hosted(node->owner, params))
        *result = refused;
    return *result || done;
}

bool bf_hosted_set(struct bf_object *node, const CUgraphNodeParams *params, CUresult *result)
{
    struct hosted hosted;
    struct bf_value done = {.u = 0};
    if (!is_hosted(node->owner, params) && !may_be(params))
        return false;
    *result = enter(node->owner, params, &hosted);
    if (!*result)
        *result = BF_ASK(bf_on(node->server), &done, copy_set_params, bf_u(node->number),
                         bf_bytes(&hosted.copy, sizeof hosted.copy), bf_u(hosted.source), bf_u(hosted.target));
    return took(node, params, &hosted, done.u, CUDA_ERROR_NOT_SUPPORTED, result);
}

bool bf_hosted_set_in_exec(struct bf_object *exec, struct bf_object *node, const CUgraphNodeParams *params,
                           CUresult *result)
{
    struct hosted hosted;
    struct bf_value done = {.u = 0};
    if (!is_hosted(node->owner, params) && !may_be(params))
        return false;
    *result = enter(node->owner, params, &hosted);
    if (!*result)
        *result = BF_ASK(bf_on(node->server), &done, exec_copy_set_params, bf_u(exec->number), bf_u(node->number),
                         bf_bytes(&hosted.copy, sizeof hosted.copy), bf_u(hosted.context), bf_u(hosted.source),
                         bf_u(hosted.target));
    /* Whose memory it is does not change in what is executable. */
    return took(node, params, &hosted, done.u, CUDA_ERROR_INVALID_VALUE, result);
}
