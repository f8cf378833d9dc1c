/* Entry points of nodes that allocate and free memory, and of what a device's graphs use. */
#include <string.h>

#include "../graph/allotment.h"
#include "../graph/node.h"

static CUresult get(CUgraphNode handle, CUgraphNodeType type, CUgraphNodeParams *params)
{
    struct sg_node *node;
    TRY(sg_node_find(handle, type, &node));
    *params = node->action->params;
    return CUDA_SUCCESS;
}

CUresult cuGraphMemAllocNodeGetParams(CUgraphNode hNode, CUDA_MEM_ALLOC_NODE_PARAMS *params_out)
{
    ENTER(cuGraphMemAllocNodeGetParams);
    CUgraphNodeParams params = {0};
    REQUIRE(params_out, CUDA_ERROR_INVALID_VALUE);
    sg_graph_lock();
    TRY(sg_graph_unlock(get(hNode, CU_GRAPH_NODE_TYPE_MEM_ALLOC, &params)));
    memcpy(params_out, &params.alloc, sizeof *params_out);
    return CUDA_SUCCESS;
}

CUresult cuGraphMemFreeNodeGetParams(CUgraphNode hNode, CUdeviceptr *dptr_out)
{
    ENTER(cuGraphMemFreeNodeGetParams);
    CUgraphNodeParams params = {0};
    REQUIRE(dptr_out, CUDA_ERROR_INVALID_VALUE);
    sg_graph_lock();
    TRY(sg_graph_unlock(get(hNode, CU_GRAPH_NODE_TYPE_MEM_FREE, &params)));
    *dptr_out = params.free.dptr;
    return CUDA_SUCCESS;
}

/* ---- what they use */

static CUresult find_account(CUdevice ordinal, struct sg_pool **out)
{
    struct sg_device *device = sg_device_at(ordinal);
    REQUIRE(device, CUDA_ERROR_INVALID_DEVICE);
    *out = sg_allotment_account(device);
    return CUDA_SUCCESS;
}

CUresult cuDeviceGraphMemTrim(CUdevice device)
{
    ENTER(cuDeviceGraphMemTrim);
    struct sg_device *found = sg_device_at(device);
    REQUIRE(found, CUDA_ERROR_INVALID_DEVICE);
    sg_graph_lock();
    sg_allotment_trim(found);
    return sg_graph_unlock(CUDA_SUCCESS);
}

CUresult cuDeviceGetGraphMemAttribute(CUdevice device, CUgraphMem_attribute attr, void *value)
{
    ENTER(cuDeviceGetGraphMemAttribute);
    struct sg_pool *account;
    cuuint64_t *out = value;
    TRY(find_account(device, &account));
    REQUIRE(value, CUDA_ERROR_INVALID_VALUE);
    /* A graph is given whole blocks, so what is used is as coarse as what is held. */
    switch (attr) {
    case CU_GRAPH_MEM_ATTR_USED_MEM_CURRENT: *out = sg_pool_in_blocks(account->used); break;
    case CU_GRAPH_MEM_ATTR_USED_MEM_HIGH: *out = sg_pool_in_blocks(account->used_high); break;
    case CU_GRAPH_MEM_ATTR_RESERVED_MEM_CURRENT: *out = sg_pool_reserved(account); break;
    case CU_GRAPH_MEM_ATTR_RESERVED_MEM_HIGH: *out = account->reserved_high; break;
    default: return CUDA_ERROR_INVALID_VALUE;
    }
    return CUDA_SUCCESS;
}

/* A high-water mark can only be taken back to what is used now. */
CUresult cuDeviceSetGraphMemAttribute(CUdevice device, CUgraphMem_attribute attr, void *value)
{
    ENTER(cuDeviceSetGraphMemAttribute);
    struct sg_pool *account;
    TRY(find_account(device, &account));
    REQUIRE(attr == CU_GRAPH_MEM_ATTR_USED_MEM_HIGH || attr == CU_GRAPH_MEM_ATTR_RESERVED_MEM_HIGH,
            CUDA_ERROR_INVALID_VALUE);
    REQUIRE(value && *(const cuuint64_t *)value == 0, CUDA_ERROR_INVALID_VALUE);
    sg_pool_reset_high(account, attr == CU_GRAPH_MEM_ATTR_RESERVED_MEM_HIGH);
    return CUDA_SUCCESS;
}
