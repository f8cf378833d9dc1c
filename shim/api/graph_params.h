/* The parameters of each kind of node as those of any kind; NULL stays NULL. */
#ifndef BF_GRAPH_PARAMS_H
#define BF_GRAPH_PARAMS_H

#include "../../libcuda/generated/cuda_types.h"

CUgraphNodeParams *bf_graph_params_kernel(CUgraphNodeParams *out, const CUDA_KERNEL_NODE_PARAMS *kernel);
CUgraphNodeParams *bf_graph_params_kernel_v1(CUgraphNodeParams *out, const CUDA_KERNEL_NODE_PARAMS_v1 *kernel);
CUgraphNodeParams *bf_graph_params_memcpy(CUgraphNodeParams *out, const CUDA_MEMCPY3D *copy, CUcontext context);
CUgraphNodeParams *bf_graph_params_memset(CUgraphNodeParams *out, const CUDA_MEMSET_NODE_PARAMS *fill,
                                          CUcontext context);
CUgraphNodeParams *bf_graph_params_host(CUgraphNodeParams *out, const CUDA_HOST_NODE_PARAMS *host);
CUgraphNodeParams *bf_graph_params_batch(CUgraphNodeParams *out, const CUDA_BATCH_MEM_OP_NODE_PARAMS *batch);

#endif
