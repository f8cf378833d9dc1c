/* The text that cuGraphDebugDotPrint writes: a cluster a graph, a box a node, and what the flags ask for in it. */
#include "dot.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "edge.h"

/* Names of kernels are long; what is longer than this is cut. */
enum { TEXT_MAX = 4096 };

__attribute__((format(printf, 2, 3))) static void put(FILE *file, const char *format, ...)
{
    char text[TEXT_MAX];
    va_list arguments;
    va_start(arguments, format);
    int bytes = vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (bytes > 0)
        (void)fwrite(text, 1, (size_t)bytes < sizeof text ? (size_t)bytes : sizeof text - 1, file);
}

static const char *type_of(CUgraphNodeType type)
{
    static const char *const names[] = {
        [CU_GRAPH_NODE_TYPE_KERNEL] = "KERNEL",
        [CU_GRAPH_NODE_TYPE_MEMCPY] = "MEMCPY",
        [CU_GRAPH_NODE_TYPE_MEMSET] = "MEMSET",
        [CU_GRAPH_NODE_TYPE_HOST] = "HOST",
        [CU_GRAPH_NODE_TYPE_GRAPH] = "GRAPH",
        [CU_GRAPH_NODE_TYPE_EMPTY] = "EMPTY",
        [CU_GRAPH_NODE_TYPE_WAIT_EVENT] = "WAIT_EVENT",
        [CU_GRAPH_NODE_TYPE_EVENT_RECORD] = "EVENT_RECORD",
        [CU_GRAPH_NODE_TYPE_EXT_SEMAS_SIGNAL] = "EXT_SEMAS_SIGNAL",
        [CU_GRAPH_NODE_TYPE_EXT_SEMAS_WAIT] = "EXT_SEMAS_WAIT",
        [CU_GRAPH_NODE_TYPE_MEM_ALLOC] = "MEM_ALLOC",
        [CU_GRAPH_NODE_TYPE_MEM_FREE] = "MEM_FREE",
        [CU_GRAPH_NODE_TYPE_BATCH_MEM_OP] = "BATCH_MEM_OP",
        [CU_GRAPH_NODE_TYPE_CONDITIONAL] = "CONDITIONAL",
    };
    return names[type];
}

static void write_kernel(FILE *file, const struct sg_action *action)
{
    const CUDA_KERNEL_NODE_PARAMS_v3 *kernel = &action->params.kernel;
    put(file, "\\n<<<(%u,%u,%u),(%u,%u,%u),%u>>>", kernel->gridDimX, kernel->gridDimY, kernel->gridDimZ,
        kernel->blockDimX, kernel->blockDimY, kernel->blockDimZ, kernel->sharedMemBytes);
}

static void write_copy(FILE *file, const struct sg_action *action)
{
    const CUDA_MEMCPY3D *copy = &action->params.memcpy.copyParams;
    put(file, "\\n%zu x %zu x %zu bytes, 0x%" PRIx64 " to 0x%" PRIx64, copy->WidthInBytes, copy->Height, copy->Depth,
        action->is.copy.from.address, action->is.copy.to.address);
}

static void write_fill(FILE *file, const struct sg_action *action)
{
    const CUDA_MEMSET_NODE_PARAMS_v2 *fill = &action->params.memset;
    put(file, "\\n%zu x %zu elements of %u bytes at 0x%llx, value 0x%x", fill->width, fill->height, fill->elementSize,
        fill->dst, fill->value);
}

static void write_params(FILE *file, const struct sg_action *action, unsigned flags)
{
    const CUgraphNodeParams *params = &action->params;
    bool all = flags & CU_GRAPH_DEBUG_DOT_FLAGS_VERBOSE;
    if (params->type == CU_GRAPH_NODE_TYPE_KERNEL)
        put(file, "\\n%s", action->is.kernel.function->info->name);
    if (params->type == CU_GRAPH_NODE_TYPE_KERNEL && (all || flags & CU_GRAPH_DEBUG_DOT_FLAGS_KERNEL_NODE_PARAMS))
        write_kernel(file, action);
    if (params->type == CU_GRAPH_NODE_TYPE_MEMCPY && (all || flags & CU_GRAPH_DEBUG_DOT_FLAGS_MEMCPY_NODE_PARAMS))
        write_copy(file, action);
    if (params->type == CU_GRAPH_NODE_TYPE_MEMSET && (all || flags & CU_GRAPH_DEBUG_DOT_FLAGS_MEMSET_NODE_PARAMS))
        write_fill(file, action);
    if (params->type == CU_GRAPH_NODE_TYPE_HOST && (all || flags & CU_GRAPH_DEBUG_DOT_FLAGS_HOST_NODE_PARAMS))
        put(file, "\\nfn 0x%" PRIxPTR ", data %p", (uintptr_t)params->host.fn, params->host.userData);
}

static void write_edges(FILE *file, const struct sg_graph *graph)
{
    for (const struct sg_node *node = graph->first; node; node = node->next)
        for (size_t i = 0; i < node->after.count; i++) {
            const struct sg_edge *edge = &node->after.at[i];
            put(file, "\"graph_%" PRIu64 "_node_%zu\" -> \"graph_%" PRIu64 "_node_%zu\"", graph->id, node->mark,
                graph->id, edge->other->mark);
            if (!sg_edge_is_default(&edge->data))
                put(file, "[label=\"port %u, type %u\"]", edge->data.from_port, edge->data.type);
            put(file, ";\n");
        }
}

/* A graph in a node is a cluster of its own, to which the node's box points. */
static void write_graph(FILE *file, const struct sg_graph *graph, unsigned flags)
{
    size_t place = 0;
    put(file, "subgraph cluster_%" PRIu64 " {\nlabel=\"graph_%" PRIu64 "\" graph[style=\"dashed\"];\n", graph->id,
        graph->id);
    for (struct sg_node *node = graph->first; node; node = node->next) {
        node->mark = place++;
        put(file, "\"graph_%" PRIu64 "_node_%zu\"[style=\"solid\" shape=\"rectangle\" label=\"%zu\\n%s", graph->id,
            node->mark, node->mark, type_of(node->action->params.type));
        write_params(file, node->action, flags);
        for (unsigned i = 0; i < node->action->graphs; i++)
            put(file, "\\ngraph_%" PRIu64, node->graphs[i]->id);
        if (flags & CU_GRAPH_DEBUG_DOT_FLAGS_HANDLES)
            put(file, "\\nnode handle %p", node->handle);
        put(file, "\"];\n");
    }
    write_edges(file, graph);
    put(file, "}\n");
}

CUresult sg_dot_write(const struct sg_graph *graph, const char *path, unsigned flags)
{
    FILE *file = fopen(path, "w");
    REQUIRE(file, CUDA_ERROR_OPERATING_SYSTEM);
    put(file, "digraph dot {\n");
    for (const struct sg_graph *each = graph; each; each = sg_walk_next(each, graph))
        write_graph(file, each, flags);
    put(file, "}\n");
    bool failed = ferror(file);
    return fclose(file) || failed ? CUDA_ERROR_OPERATING_SYSTEM : CUDA_SUCCESS;
}
