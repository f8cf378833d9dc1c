/* Written by src/bitfusion/api/generate.py from the API table. Do not edit. */
#include "../state/structures.h"

#include <stddef.h>

_Static_assert(sizeof(CUstreamBatchMemOpParams) == 48, "CUstreamBatchMemOpParams");
_Static_assert(sizeof(CUmemLocation) == 8, "CUmemLocation");
_Static_assert(offsetof(CUmemLocation, id) == 4, "CUmemLocation.id");
_Static_assert(sizeof(CUmemAccessDesc) == 12, "CUmemAccessDesc");
_Static_assert(offsetof(CUmemAccessDesc, location) == 0, "CUmemAccessDesc.location");
_Static_assert(sizeof(CUmemAllocationProp) == 32, "CUmemAllocationProp");
_Static_assert(offsetof(CUmemAllocationProp, location) == 8, "CUmemAllocationProp.location");
_Static_assert(offsetof(CUmemAllocationProp, win32HandleMetaData) == 16, "CUmemAllocationProp.win32HandleMetaData");
_Static_assert(sizeof(CUdevResource) == 144, "CUdevResource");
_Static_assert(sizeof(CUmemPoolProps) == 88, "CUmemPoolProps");
_Static_assert(offsetof(CUmemPoolProps, location) == 8, "CUmemPoolProps.location");
_Static_assert(offsetof(CUmemPoolProps, win32SecurityAttributes) == 16, "CUmemPoolProps.win32SecurityAttributes");
_Static_assert(sizeof(CUDA_ARRAY_DESCRIPTOR) == 24, "CUDA_ARRAY_DESCRIPTOR");
_Static_assert(sizeof(CUDA_ARRAY3D_DESCRIPTOR) == 40, "CUDA_ARRAY3D_DESCRIPTOR");
_Static_assert(sizeof(CUDA_RESOURCE_DESC) == 144, "CUDA_RESOURCE_DESC");
_Static_assert(offsetof(CUDA_RESOURCE_DESC, res.array.hArray) == 8, "CUDA_RESOURCE_DESC.res.array.hArray");
_Static_assert(offsetof(CUDA_RESOURCE_DESC, res.mipmap.hMipmappedArray) == 8, "CUDA_RESOURCE_DESC.res.mipmap.hMipmappedArray");
_Static_assert(sizeof(CUDA_TEXTURE_DESC) == 104, "CUDA_TEXTURE_DESC");
_Static_assert(sizeof(CUDA_RESOURCE_VIEW_DESC) == 112, "CUDA_RESOURCE_VIEW_DESC");
_Static_assert(sizeof(CUstreamAttrValue) == 64, "CUstreamAttrValue");
_Static_assert(sizeof(CUlaunchAttribute) == 72, "CUlaunchAttribute");
_Static_assert(offsetof(CUlaunchAttribute, value.programmaticEvent.event) == 8, "CUlaunchAttribute.value.programmaticEvent.event");
_Static_assert(offsetof(CUlaunchAttribute, value.launchCompletionEvent.event) == 8, "CUlaunchAttribute.value.launchCompletionEvent.event");
_Static_assert(offsetof(CUlaunchAttribute, value.deviceUpdatableKernelNode.devNode) == 16, "CUlaunchAttribute.value.deviceUpdatableKernelNode.devNode");
_Static_assert(sizeof(CUgraphEdgeData) == 8, "CUgraphEdgeData");
_Static_assert(sizeof(CUDA_KERNEL_NODE_PARAMS_v1) == 56, "CUDA_KERNEL_NODE_PARAMS_v1");
_Static_assert(offsetof(CUDA_KERNEL_NODE_PARAMS_v1, kernelParams) == 40, "CUDA_KERNEL_NODE_PARAMS_v1.kernelParams");
_Static_assert(sizeof(CUDA_KERNEL_NODE_PARAMS) == 72, "CUDA_KERNEL_NODE_PARAMS");
_Static_assert(offsetof(CUDA_KERNEL_NODE_PARAMS, func) == 0, "CUDA_KERNEL_NODE_PARAMS.func");
_Static_assert(offsetof(CUDA_KERNEL_NODE_PARAMS, kern) == 56, "CUDA_KERNEL_NODE_PARAMS.kern");
_Static_assert(offsetof(CUDA_KERNEL_NODE_PARAMS, ctx) == 64, "CUDA_KERNEL_NODE_PARAMS.ctx");
_Static_assert(offsetof(CUDA_KERNEL_NODE_PARAMS, kernelParams) == 40, "CUDA_KERNEL_NODE_PARAMS.kernelParams");
_Static_assert(sizeof(CUDA_KERNEL_NODE_PARAMS_v2) == 72, "CUDA_KERNEL_NODE_PARAMS_v2");
_Static_assert(offsetof(CUDA_KERNEL_NODE_PARAMS_v2, func) == 0, "CUDA_KERNEL_NODE_PARAMS_v2.func");
_Static_assert(offsetof(CUDA_KERNEL_NODE_PARAMS_v2, kern) == 56, "CUDA_KERNEL_NODE_PARAMS_v2.kern");
_Static_assert(offsetof(CUDA_KERNEL_NODE_PARAMS_v2, ctx) == 64, "CUDA_KERNEL_NODE_PARAMS_v2.ctx");
_Static_assert(offsetof(CUDA_KERNEL_NODE_PARAMS_v2, kernelParams) == 40, "CUDA_KERNEL_NODE_PARAMS_v2.kernelParams");
_Static_assert(sizeof(CUDA_KERNEL_NODE_PARAMS_v3) == 72, "CUDA_KERNEL_NODE_PARAMS_v3");
_Static_assert(offsetof(CUDA_KERNEL_NODE_PARAMS_v3, func) == 0, "CUDA_KERNEL_NODE_PARAMS_v3.func");
_Static_assert(offsetof(CUDA_KERNEL_NODE_PARAMS_v3, kern) == 56, "CUDA_KERNEL_NODE_PARAMS_v3.kern");
_Static_assert(offsetof(CUDA_KERNEL_NODE_PARAMS_v3, ctx) == 64, "CUDA_KERNEL_NODE_PARAMS_v3.ctx");
_Static_assert(offsetof(CUDA_KERNEL_NODE_PARAMS_v3, kernelParams) == 40, "CUDA_KERNEL_NODE_PARAMS_v3.kernelParams");
_Static_assert(sizeof(CUDA_MEMSET_NODE_PARAMS) == 40, "CUDA_MEMSET_NODE_PARAMS");
_Static_assert(sizeof(CUDA_MEMSET_NODE_PARAMS_v1) == 40, "CUDA_MEMSET_NODE_PARAMS_v1");
_Static_assert(sizeof(CUDA_MEMSET_NODE_PARAMS_v2) == 48, "CUDA_MEMSET_NODE_PARAMS_v2");
_Static_assert(offsetof(CUDA_MEMSET_NODE_PARAMS_v2, ctx) == 40, "CUDA_MEMSET_NODE_PARAMS_v2.ctx");
_Static_assert(sizeof(CUDA_MEMCPY3D) == 200, "CUDA_MEMCPY3D");
_Static_assert(offsetof(CUDA_MEMCPY3D, srcHost) == 40, "CUDA_MEMCPY3D.srcHost");
_Static_assert(offsetof(CUDA_MEMCPY3D, srcArray) == 56, "CUDA_MEMCPY3D.srcArray");
_Static_assert(offsetof(CUDA_MEMCPY3D, reserved0) == 64, "CUDA_MEMCPY3D.reserved0");
_Static_assert(offsetof(CUDA_MEMCPY3D, dstHost) == 128, "CUDA_MEMCPY3D.dstHost");
_Static_assert(offsetof(CUDA_MEMCPY3D, dstArray) == 144, "CUDA_MEMCPY3D.dstArray");
_Static_assert(offsetof(CUDA_MEMCPY3D, reserved1) == 152, "CUDA_MEMCPY3D.reserved1");
_Static_assert(sizeof(CUDA_MEMCPY3D_PEER) == 200, "CUDA_MEMCPY3D_PEER");
_Static_assert(offsetof(CUDA_MEMCPY3D_PEER, srcHost) == 40, "CUDA_MEMCPY3D_PEER.srcHost");
_Static_assert(offsetof(CUDA_MEMCPY3D_PEER, srcArray) == 56, "CUDA_MEMCPY3D_PEER.srcArray");
_Static_assert(offsetof(CUDA_MEMCPY3D_PEER, srcContext) == 64, "CUDA_MEMCPY3D_PEER.srcContext");
_Static_assert(offsetof(CUDA_MEMCPY3D_PEER, dstHost) == 128, "CUDA_MEMCPY3D_PEER.dstHost");
_Static_assert(offsetof(CUDA_MEMCPY3D_PEER, dstArray) == 144, "CUDA_MEMCPY3D_PEER.dstArray");
_Static_assert(offsetof(CUDA_MEMCPY3D_PEER, dstContext) == 152, "CUDA_MEMCPY3D_PEER.dstContext");
_Static_assert(sizeof(CUDA_MEMCPY_NODE_PARAMS) == 216, "CUDA_MEMCPY_NODE_PARAMS");
_Static_assert(offsetof(CUDA_MEMCPY_NODE_PARAMS, copyCtx) == 8, "CUDA_MEMCPY_NODE_PARAMS.copyCtx");
_Static_assert(offsetof(CUDA_MEMCPY_NODE_PARAMS, copyParams) == 16, "CUDA_MEMCPY_NODE_PARAMS.copyParams");
_Static_assert(sizeof(CUDA_HOST_NODE_PARAMS) == 16, "CUDA_HOST_NODE_PARAMS");
_Static_assert(offsetof(CUDA_HOST_NODE_PARAMS, fn) == 0, "CUDA_HOST_NODE_PARAMS.fn");
_Static_assert(sizeof(CUDA_HOST_NODE_PARAMS_v1) == 16, "CUDA_HOST_NODE_PARAMS_v1");
_Static_assert(offsetof(CUDA_HOST_NODE_PARAMS_v1, fn) == 0, "CUDA_HOST_NODE_PARAMS_v1.fn");
_Static_assert(sizeof(CUDA_HOST_NODE_PARAMS_v2) == 16, "CUDA_HOST_NODE_PARAMS_v2");
_Static_assert(offsetof(CUDA_HOST_NODE_PARAMS_v2, fn) == 0, "CUDA_HOST_NODE_PARAMS_v2.fn");
_Static_assert(sizeof(CUDA_CHILD_GRAPH_NODE_PARAMS) == 16, "CUDA_CHILD_GRAPH_NODE_PARAMS");
_Static_assert(offsetof(CUDA_CHILD_GRAPH_NODE_PARAMS, graph) == 0, "CUDA_CHILD_GRAPH_NODE_PARAMS.graph");
_Static_assert(sizeof(CUDA_EVENT_WAIT_NODE_PARAMS) == 8, "CUDA_EVENT_WAIT_NODE_PARAMS");
_Static_assert(offsetof(CUDA_EVENT_WAIT_NODE_PARAMS, event) == 0, "CUDA_EVENT_WAIT_NODE_PARAMS.event");
_Static_assert(sizeof(CUDA_EVENT_RECORD_NODE_PARAMS) == 8, "CUDA_EVENT_RECORD_NODE_PARAMS");
_Static_assert(offsetof(CUDA_EVENT_RECORD_NODE_PARAMS, event) == 0, "CUDA_EVENT_RECORD_NODE_PARAMS.event");
_Static_assert(sizeof(CUDA_MEM_ALLOC_NODE_PARAMS) == 120, "CUDA_MEM_ALLOC_NODE_PARAMS");
_Static_assert(offsetof(CUDA_MEM_ALLOC_NODE_PARAMS, poolProps) == 0, "CUDA_MEM_ALLOC_NODE_PARAMS.poolProps");
_Static_assert(offsetof(CUDA_MEM_ALLOC_NODE_PARAMS, accessDescs) == 88, "CUDA_MEM_ALLOC_NODE_PARAMS.accessDescs");
_Static_assert(sizeof(CUDA_MEM_ALLOC_NODE_PARAMS_v1) == 120, "CUDA_MEM_ALLOC_NODE_PARAMS_v1");
_Static_assert(offsetof(CUDA_MEM_ALLOC_NODE_PARAMS_v1, poolProps) == 0, "CUDA_MEM_ALLOC_NODE_PARAMS_v1.poolProps");
_Static_assert(offsetof(CUDA_MEM_ALLOC_NODE_PARAMS_v1, accessDescs) == 88, "CUDA_MEM_ALLOC_NODE_PARAMS_v1.accessDescs");
_Static_assert(sizeof(CUDA_MEM_ALLOC_NODE_PARAMS_v2) == 120, "CUDA_MEM_ALLOC_NODE_PARAMS_v2");
_Static_assert(offsetof(CUDA_MEM_ALLOC_NODE_PARAMS_v2, poolProps) == 0, "CUDA_MEM_ALLOC_NODE_PARAMS_v2.poolProps");
_Static_assert(offsetof(CUDA_MEM_ALLOC_NODE_PARAMS_v2, accessDescs) == 88, "CUDA_MEM_ALLOC_NODE_PARAMS_v2.accessDescs");
_Static_assert(sizeof(CUDA_MEM_FREE_NODE_PARAMS) == 8, "CUDA_MEM_FREE_NODE_PARAMS");
_Static_assert(sizeof(CUDA_BATCH_MEM_OP_NODE_PARAMS) == 32, "CUDA_BATCH_MEM_OP_NODE_PARAMS");
_Static_assert(offsetof(CUDA_BATCH_MEM_OP_NODE_PARAMS, ctx) == 0, "CUDA_BATCH_MEM_OP_NODE_PARAMS.ctx");
_Static_assert(offsetof(CUDA_BATCH_MEM_OP_NODE_PARAMS, paramArray) == 16, "CUDA_BATCH_MEM_OP_NODE_PARAMS.paramArray");
_Static_assert(sizeof(CUDA_BATCH_MEM_OP_NODE_PARAMS_v1) == 32, "CUDA_BATCH_MEM_OP_NODE_PARAMS_v1");
_Static_assert(offsetof(CUDA_BATCH_MEM_OP_NODE_PARAMS_v1, ctx) == 0, "CUDA_BATCH_MEM_OP_NODE_PARAMS_v1.ctx");
_Static_assert(offsetof(CUDA_BATCH_MEM_OP_NODE_PARAMS_v1, paramArray) == 16, "CUDA_BATCH_MEM_OP_NODE_PARAMS_v1.paramArray");
_Static_assert(sizeof(CUDA_BATCH_MEM_OP_NODE_PARAMS_v2) == 32, "CUDA_BATCH_MEM_OP_NODE_PARAMS_v2");
_Static_assert(offsetof(CUDA_BATCH_MEM_OP_NODE_PARAMS_v2, ctx) == 0, "CUDA_BATCH_MEM_OP_NODE_PARAMS_v2.ctx");
_Static_assert(offsetof(CUDA_BATCH_MEM_OP_NODE_PARAMS_v2, paramArray) == 16, "CUDA_BATCH_MEM_OP_NODE_PARAMS_v2.paramArray");
_Static_assert(sizeof(CUDA_CONDITIONAL_NODE_PARAMS) == 32, "CUDA_CONDITIONAL_NODE_PARAMS");
_Static_assert(offsetof(CUDA_CONDITIONAL_NODE_PARAMS, phGraph_out) == 16, "CUDA_CONDITIONAL_NODE_PARAMS.phGraph_out");
_Static_assert(offsetof(CUDA_CONDITIONAL_NODE_PARAMS, ctx) == 24, "CUDA_CONDITIONAL_NODE_PARAMS.ctx");
_Static_assert(sizeof(CUgraphNodeParams) == 256, "CUgraphNodeParams");
_Static_assert(offsetof(CUgraphNodeParams, kernel) == 16, "CUgraphNodeParams.kernel");
_Static_assert(offsetof(CUgraphNodeParams, memcpy) == 16, "CUgraphNodeParams.memcpy");
_Static_assert(offsetof(CUgraphNodeParams, memset) == 16, "CUgraphNodeParams.memset");
_Static_assert(offsetof(CUgraphNodeParams, host) == 16, "CUgraphNodeParams.host");
_Static_assert(offsetof(CUgraphNodeParams, graph) == 16, "CUgraphNodeParams.graph");
_Static_assert(offsetof(CUgraphNodeParams, eventWait) == 16, "CUgraphNodeParams.eventWait");
_Static_assert(offsetof(CUgraphNodeParams, eventRecord) == 16, "CUgraphNodeParams.eventRecord");
_Static_assert(offsetof(CUgraphNodeParams, alloc) == 16, "CUgraphNodeParams.alloc");
_Static_assert(offsetof(CUgraphNodeParams, free) == 16, "CUgraphNodeParams.free");
_Static_assert(offsetof(CUgraphNodeParams, memOp) == 16, "CUgraphNodeParams.memOp");
_Static_assert(offsetof(CUgraphNodeParams, conditional) == 16, "CUgraphNodeParams.conditional");

static const struct bf_member CUmemLocation_members[] = {
    {'d', false, 0, 0, 4, 0, 0, 0, 1, CUDA_SUCCESS},
};
static const struct bf_member CUmemAccessDesc_members[] = {
    {'s', false, 0, -1, 0, BF_STRUCTURE_CUmemLocation, 0, 0, 0, CUDA_SUCCESS},
};
static const struct bf_member CUmemAllocationProp_members[] = {
    {'s', false, 0, -1, 8, BF_STRUCTURE_CUmemLocation, 0, 0, 0, CUDA_SUCCESS},
    {'n', false, 0, -1, 16, 0, 0, 0, 0, CUDA_SUCCESS},
};
static const struct bf_member CUmemPoolProps_members[] = {
    {'s', false, 0, -1, 8, BF_STRUCTURE_CUmemLocation, 0, 0, 0, CUDA_SUCCESS},
    {'n', false, 0, -1, 16, 0, 0, 0, 0, CUDA_SUCCESS},
};
static const struct bf_member CUDA_RESOURCE_DESC_members[] = {
    {'h', false, 0, 0, 8, BF_ARRAY, 0, 0, 0, CUDA_SUCCESS},
    {'h', false, 0, 0, 8, BF_MIPMAP, 0, 0, 1, CUDA_SUCCESS},
};
static const struct bf_member CUlaunchAttribute_members[] = {
    {'h', false, 0, 0, 8, BF_EVENT, 0, 0, 7, CUDA_SUCCESS},
    {'h', false, 0, 0, 8, BF_EVENT, 0, 0, 12, CUDA_SUCCESS},
    {'n', false, 0, 0, 16, 0, 0, 0, 13, CUDA_SUCCESS},
};
static const struct bf_member CUDA_KERNEL_NODE_PARAMS_v1_members[] = {
    {'p', false, 0, -1, 40, 0, 48, 0, 0, CUDA_SUCCESS},
};
static const struct bf_member CUDA_KERNEL_NODE_PARAMS_members[] = {
    {'f', true, 0, -1, 0, BF_FUNCTION, 0, 0, 0, CUDA_SUCCESS},
    {'h', true, 0, -1, 56, BF_KERNEL, 0, 0, 0, CUDA_SUCCESS},
    {'h', true, 0, -1, 64, BF_CONTEXT, 0, 0, 0, CUDA_SUCCESS},
    {'p', false, 0, -1, 40, 0, 48, 56, 0, CUDA_SUCCESS},
};
static const struct bf_member CUDA_KERNEL_NODE_PARAMS_v2_members[] = {
    {'f', true, 0, -1, 0, BF_FUNCTION, 0, 0, 0, CUDA_SUCCESS},
    {'h', true, 0, -1, 56, BF_KERNEL, 0, 0, 0, CUDA_SUCCESS},
    {'h', true, 0, -1, 64, BF_CONTEXT, 0, 0, 0, CUDA_SUCCESS},
    {'p', false, 0, -1, 40, 0, 48, 56, 0, CUDA_SUCCESS},
};
static const struct bf_member CUDA_KERNEL_NODE_PARAMS_v3_members[] = {
    {'f', true, 0, -1, 0, BF_FUNCTION, 0, 0, 0, CUDA_SUCCESS},
    {'h', true, 0, -1, 56, BF_KERNEL, 0, 0, 0, CUDA_SUCCESS},
    {'h', true, 0, -1, 64, BF_CONTEXT, 0, 0, 0, CUDA_SUCCESS},
    {'p', false, 0, -1, 40, 0, 48, 56, 0, CUDA_SUCCESS},
};
static const struct bf_member CUDA_MEMSET_NODE_PARAMS_v2_members[] = {
    {'h', true, 0, -1, 40, BF_CONTEXT, 0, 0, 0, CUDA_SUCCESS},
};
static const struct bf_member CUDA_MEMCPY3D_members[] = {
    {'c', false, 0, 32, 40, 0, 0, 0, 1, CUDA_SUCCESS},
    {'h', false, 0, 32, 56, BF_ARRAY, 0, 0, 3, CUDA_ERROR_INVALID_VALUE},
    {'n', false, 0, -1, 64, 0, 0, 0, 0, CUDA_SUCCESS},
    {'c', false, 0, 120, 128, 0, 0, 0, 1, CUDA_SUCCESS},
    {'h', false, 0, 120, 144, BF_ARRAY, 0, 0, 3, CUDA_ERROR_INVALID_VALUE},
    {'n', false, 0, -1, 152, 0, 0, 0, 0, CUDA_SUCCESS},
};
static const struct bf_member CUDA_MEMCPY3D_PEER_members[] = {
    {'c', false, 0, 32, 40, 0, 0, 0, 1, CUDA_SUCCESS},
    {'h', false, 0, 32, 56, BF_ARRAY, 0, 0, 3, CUDA_ERROR_INVALID_VALUE},
    {'h', true, 0, -1, 64, BF_CONTEXT, 0, 0, 0, CUDA_SUCCESS},
    {'c', false, 0, 120, 128, 0, 0, 0, 1, CUDA_SUCCESS},
    {'h', false, 0, 120, 144, BF_ARRAY, 0, 0, 3, CUDA_ERROR_INVALID_VALUE},
    {'h', true, 0, -1, 152, BF_CONTEXT, 0, 0, 0, CUDA_SUCCESS},
};
static const struct bf_member CUDA_MEMCPY_NODE_PARAMS_members[] = {
    {'h', true, 0, -1, 8, BF_CONTEXT, 0, 0, 0, CUDA_SUCCESS},
    {'s', false, 0, -1, 16, BF_STRUCTURE_CUDA_MEMCPY3D, 0, 0, 0, CUDA_SUCCESS},
};
static const struct bf_member CUDA_HOST_NODE_PARAMS_members[] = {
    {'u', false, 0, -1, 0, 0, 8, 0, 0, CUDA_SUCCESS},
};
static const struct bf_member CUDA_HOST_NODE_PARAMS_v1_members[] = {
    {'u', false, 0, -1, 0, 0, 8, 0, 0, CUDA_SUCCESS},
};
static const struct bf_member CUDA_HOST_NODE_PARAMS_v2_members[] = {
    {'u', false, 0, -1, 0, 0, 8, 0, 0, CUDA_SUCCESS},
};
static const struct bf_member CUDA_CHILD_GRAPH_NODE_PARAMS_members[] = {
    {'h', false, 0, -1, 0, BF_GRAPH, 0, 0, 0, CUDA_SUCCESS},
};
static const struct bf_member CUDA_EVENT_WAIT_NODE_PARAMS_members[] = {
    {'h', false, 0, -1, 0, BF_EVENT, 0, 0, 0, CUDA_ERROR_INVALID_VALUE},
};
static const struct bf_member CUDA_EVENT_RECORD_NODE_PARAMS_members[] = {
    {'h', false, 0, -1, 0, BF_EVENT, 0, 0, 0, CUDA_ERROR_INVALID_VALUE},
};
static const struct bf_member CUDA_MEM_ALLOC_NODE_PARAMS_members[] = {
    {'s', false, 0, -1, 0, BF_STRUCTURE_CUmemPoolProps, 0, 0, 0, CUDA_SUCCESS},
    {'a', false, 8, -1, 88, BF_STRUCTURE_CUmemAccessDesc, 96, 0, 0, CUDA_SUCCESS},
};
static const struct bf_member CUDA_MEM_ALLOC_NODE_PARAMS_v1_members[] = {
    {'s', false, 0, -1, 0, BF_STRUCTURE_CUmemPoolProps, 0, 0, 0, CUDA_SUCCESS},
    {'a', false, 8, -1, 88, BF_STRUCTURE_CUmemAccessDesc, 96, 0, 0, CUDA_SUCCESS},
};
static const struct bf_member CUDA_MEM_ALLOC_NODE_PARAMS_v2_members[] = {
    {'s', false, 0, -1, 0, BF_STRUCTURE_CUmemPoolProps, 0, 0, 0, CUDA_SUCCESS},
    {'a', false, 8, -1, 88, BF_STRUCTURE_CUmemAccessDesc, 96, 0, 0, CUDA_SUCCESS},
};
static const struct bf_member CUDA_BATCH_MEM_OP_NODE_PARAMS_members[] = {
    {'h', true, 0, -1, 0, BF_CONTEXT, 0, 0, 0, CUDA_SUCCESS},
    {'a', false, 4, -1, 16, BF_STRUCTURE_CUstreamBatchMemOpParams, 8, 0, 0, CUDA_SUCCESS},
};
static const struct bf_member CUDA_BATCH_MEM_OP_NODE_PARAMS_v1_members[] = {
    {'h', true, 0, -1, 0, BF_CONTEXT, 0, 0, 0, CUDA_SUCCESS},
    {'a', false, 4, -1, 16, BF_STRUCTURE_CUstreamBatchMemOpParams, 8, 0, 0, CUDA_SUCCESS},
};
static const struct bf_member CUDA_BATCH_MEM_OP_NODE_PARAMS_v2_members[] = {
    {'h', true, 0, -1, 0, BF_CONTEXT, 0, 0, 0, CUDA_SUCCESS},
    {'a', false, 4, -1, 16, BF_STRUCTURE_CUstreamBatchMemOpParams, 8, 0, 0, CUDA_SUCCESS},
};
static const struct bf_member CUDA_CONDITIONAL_NODE_PARAMS_members[] = {
    {'n', false, 0, -1, 16, 0, 0, 0, 0, CUDA_SUCCESS},
    {'h', true, 0, -1, 24, BF_CONTEXT, 0, 0, 0, CUDA_SUCCESS},
};
static const struct bf_member CUgraphNodeParams_members[] = {
    {'s', false, 0, 0, 16, BF_STRUCTURE_CUDA_KERNEL_NODE_PARAMS_v3, 0, 0, 0, CUDA_SUCCESS},
    {'s', false, 0, 0, 16, BF_STRUCTURE_CUDA_MEMCPY_NODE_PARAMS, 0, 0, 1, CUDA_SUCCESS},
    {'s', false, 0, 0, 16, BF_STRUCTURE_CUDA_MEMSET_NODE_PARAMS_v2, 0, 0, 2, CUDA_SUCCESS},
    {'s', false, 0, 0, 16, BF_STRUCTURE_CUDA_HOST_NODE_PARAMS_v2, 0, 0, 3, CUDA_SUCCESS},
    {'s', false, 0, 0, 16, BF_STRUCTURE_CUDA_CHILD_GRAPH_NODE_PARAMS, 0, 0, 4, CUDA_SUCCESS},
    {'s', false, 0, 0, 16, BF_STRUCTURE_CUDA_EVENT_WAIT_NODE_PARAMS, 0, 0, 6, CUDA_SUCCESS},
    {'s', false, 0, 0, 16, BF_STRUCTURE_CUDA_EVENT_RECORD_NODE_PARAMS, 0, 0, 7, CUDA_SUCCESS},
    {'s', false, 0, 0, 16, BF_STRUCTURE_CUDA_MEM_ALLOC_NODE_PARAMS_v2, 0, 0, 10, CUDA_SUCCESS},
    {'s', false, 0, 0, 16, BF_STRUCTURE_CUDA_MEM_FREE_NODE_PARAMS, 0, 0, 11, CUDA_SUCCESS},
    {'s', false, 0, 0, 16, BF_STRUCTURE_CUDA_BATCH_MEM_OP_NODE_PARAMS_v2, 0, 0, 12, CUDA_SUCCESS},
    {'s', false, 0, 0, 16, BF_STRUCTURE_CUDA_CONDITIONAL_NODE_PARAMS, 0, 0, 13, CUDA_SUCCESS},
};

const struct bf_structure bf_structures[BF_STRUCTURE_COUNT] = {
    [BF_STRUCTURE_CUstreamBatchMemOpParams] = {48, 0, NULL},
    [BF_STRUCTURE_CUmemLocation] = {8, 1, CUmemLocation_members},
    [BF_STRUCTURE_CUmemAccessDesc] = {12, 1, CUmemAccessDesc_members},
    [BF_STRUCTURE_CUmemAllocationProp] = {32, 2, CUmemAllocationProp_members},
    [BF_STRUCTURE_CUdevResource] = {144, 0, NULL},
    [BF_STRUCTURE_CUmemPoolProps] = {88, 2, CUmemPoolProps_members},
    [BF_STRUCTURE_CUDA_ARRAY_DESCRIPTOR] = {24, 0, NULL},
    [BF_STRUCTURE_CUDA_ARRAY3D_DESCRIPTOR] = {40, 0, NULL},
    [BF_STRUCTURE_CUDA_RESOURCE_DESC] = {144, 2, CUDA_RESOURCE_DESC_members},
    [BF_STRUCTURE_CUDA_TEXTURE_DESC] = {104, 0, NULL},
    [BF_STRUCTURE_CUDA_RESOURCE_VIEW_DESC] = {112, 0, NULL},
    [BF_STRUCTURE_CUstreamAttrValue] = {64, 0, NULL},
    [BF_STRUCTURE_CUlaunchAttribute] = {72, 3, CUlaunchAttribute_members},
    [BF_STRUCTURE_CUgraphEdgeData] = {8, 0, NULL},
    [BF_STRUCTURE_CUDA_KERNEL_NODE_PARAMS_v1] = {56, 1, CUDA_KERNEL_NODE_PARAMS_v1_members},
    [BF_STRUCTURE_CUDA_KERNEL_NODE_PARAMS] = {72, 4, CUDA_KERNEL_NODE_PARAMS_members},
    [BF_STRUCTURE_CUDA_KERNEL_NODE_PARAMS_v2] = {72, 4, CUDA_KERNEL_NODE_PARAMS_v2_members},
    [BF_STRUCTURE_CUDA_KERNEL_NODE_PARAMS_v3] = {72, 4, CUDA_KERNEL_NODE_PARAMS_v3_members},
    [BF_STRUCTURE_CUDA_MEMSET_NODE_PARAMS] = {40, 0, NULL},
    [BF_STRUCTURE_CUDA_MEMSET_NODE_PARAMS_v1] = {40, 0, NULL},
    [BF_STRUCTURE_CUDA_MEMSET_NODE_PARAMS_v2] = {48, 1, CUDA_MEMSET_NODE_PARAMS_v2_members},
    [BF_STRUCTURE_CUDA_MEMCPY3D] = {200, 6, CUDA_MEMCPY3D_members},
    [BF_STRUCTURE_CUDA_MEMCPY3D_PEER] = {200, 6, CUDA_MEMCPY3D_PEER_members},
    [BF_STRUCTURE_CUDA_MEMCPY_NODE_PARAMS] = {216, 2, CUDA_MEMCPY_NODE_PARAMS_members},
    [BF_STRUCTURE_CUDA_HOST_NODE_PARAMS] = {16, 1, CUDA_HOST_NODE_PARAMS_members},
    [BF_STRUCTURE_CUDA_HOST_NODE_PARAMS_v1] = {16, 1, CUDA_HOST_NODE_PARAMS_v1_members},
    [BF_STRUCTURE_CUDA_HOST_NODE_PARAMS_v2] = {16, 1, CUDA_HOST_NODE_PARAMS_v2_members},
    [BF_STRUCTURE_CUDA_CHILD_GRAPH_NODE_PARAMS] = {16, 1, CUDA_CHILD_GRAPH_NODE_PARAMS_members},
    [BF_STRUCTURE_CUDA_EVENT_WAIT_NODE_PARAMS] = {8, 1, CUDA_EVENT_WAIT_NODE_PARAMS_members},
    [BF_STRUCTURE_CUDA_EVENT_RECORD_NODE_PARAMS] = {8, 1, CUDA_EVENT_RECORD_NODE_PARAMS_members},
    [BF_STRUCTURE_CUDA_MEM_ALLOC_NODE_PARAMS] = {120, 2, CUDA_MEM_ALLOC_NODE_PARAMS_members},
    [BF_STRUCTURE_CUDA_MEM_ALLOC_NODE_PARAMS_v1] = {120, 2, CUDA_MEM_ALLOC_NODE_PARAMS_v1_members},
    [BF_STRUCTURE_CUDA_MEM_ALLOC_NODE_PARAMS_v2] = {120, 2, CUDA_MEM_ALLOC_NODE_PARAMS_v2_members},
    [BF_STRUCTURE_CUDA_MEM_FREE_NODE_PARAMS] = {8, 0, NULL},
    [BF_STRUCTURE_CUDA_BATCH_MEM_OP_NODE_PARAMS] = {32, 2, CUDA_BATCH_MEM_OP_NODE_PARAMS_members},
    [BF_STRUCTURE_CUDA_BATCH_MEM_OP_NODE_PARAMS_v1] = {32, 2, CUDA_BATCH_MEM_OP_NODE_PARAMS_v1_members},
    [BF_STRUCTURE_CUDA_BATCH_MEM_OP_NODE_PARAMS_v2] = {32, 2, CUDA_BATCH_MEM_OP_NODE_PARAMS_v2_members},
    [BF_STRUCTURE_CUDA_CONDITIONAL_NODE_PARAMS] = {32, 2, CUDA_CONDITIONAL_NODE_PARAMS_members},
    [BF_STRUCTURE_CUgraphNodeParams] = {256, 11, CUgraphNodeParams_members},
};
