/* Entry points of the attributes of kernel nodes. */
#include "../graph/node.h"

static CUresult get(CUgraphNode handle, CUkernelNodeAttrID id, CUkernelNodeAttrValue *value)
{
    struct sg_node *node;
    TRY(sg_node_find(handle, CU_GRAPH_NODE_TYPE_KERNEL, &node));
    return sg_kernel_attributes_get(&node->action->is.kernel.attributes, id, value);
}

CUresult cuGraphKernelNodeGetAttribute(CUgraphNode hNode, CUkernelNodeAttrID attr, CUkernelNodeAttrValue *value_out)
{
    ENTER(cuGraphKernelNodeGetAttribute);
    REQUIRE(value_out, CUDA_ERROR_INVALID_VALUE);
    sg_graph_lock();
    return sg_graph_unlock(get(hNode, attr, value_out));
}

static CUresult set(CUgraphNode handle, CUkernelNodeAttrID id, const CUkernelNodeAttrValue *value)
{
    struct sg_node *node;
    TRY(sg_node_find(handle, CU_GRAPH_NODE_TYPE_KERNEL, &node));
    struct sg_kernel_attributes attributes = node->action->is.kernel.attributes;
    TRY(sg_kernel_attributes_set(node->action->context->device, &attributes, id, value));
    return sg_node_set_attributes(node, &attributes);
}

CUresult cuGraphKernelNodeSetAttribute(CUgraphNode hNode, CUkernelNodeAttrID attr, const CUkernelNodeAttrValue *value)
{
    ENTER(cuGraphKernelNodeSetAttribute);
    REQUIRE(value, CUDA_ERROR_INVALID_VALUE);
    sg_graph_lock();
    return sg_graph_unlock(set(hNode, attr, value));
}

static CUresult copy(CUgraphNode to, CUgraphNode from)
{
    struct sg_node *target, *source;
    TRY(sg_node_find(to, CU_GRAPH_NODE_TYPE_KERNEL, &target));
    TRY(sg_node_find(from, CU_GRAPH_NODE_TYPE_KERNEL, &source));
    REQUIRE(target->action->context == source->action->context, CUDA_ERROR_INVALID_VALUE);
    return sg_node_set_attributes(target, &source->action->is.kernel.attributes);
}

CUresult cuGraphKernelNodeCopyAttributes(CUgraphNode dst, CUgraphNode src)
{
    ENTER(cuGraphKernelNodeCopyAttributes);
    sg_graph_lock();
    return sg_graph_unlock(copy(dst, src));
}
