"""Structures of the driver as they cross the wire: (name, bytes, members). Written by bitfusion.api.generate.

A member: path, letter, offset, `of`, offset of the count, its bytes, `other`, selector, value. The letters are those of
bitfusion.api.structures, but for r: a handle in a record. `of` is a structure, the table of a session, or the size of
an element.
"""

# ruff: noqa

CUstreamBatchMemOpParams = (
    "CUstreamBatchMemOpParams",
    48,
    (),
)

CUmemLocation = (
    "CUmemLocation",
    8,
    (
        ("id", "d", 4, 0, 0, 0, 0, 0, 1),
    ),
)

CUmemAccessDesc = (
    "CUmemAccessDesc",
    12,
    (
        ("location", "s", 0, CUmemLocation, 0, 0, 0, -1, 0),
    ),
)

CUmemAllocationProp = (
    "CUmemAllocationProp",
    32,
    (
        ("location", "s", 8, CUmemLocation, 0, 0, 0, -1, 0),
        ("win32HandleMetaData", "n", 16, 0, 0, 0, 0, -1, 0),
    ),
)

CUdevResource = (
    "CUdevResource",
    144,
    (),
)

CUmemPoolProps = (
    "CUmemPoolProps",
    88,
    (
        ("location", "s", 8, CUmemLocation, 0, 0, 0, -1, 0),
        ("win32SecurityAttributes", "n", 16, 0, 0, 0, 0, -1, 0),
    ),
)

CUDA_ARRAY_DESCRIPTOR = (
    "CUDA_ARRAY_DESCRIPTOR",
    24,
    (),
)

CUDA_ARRAY3D_DESCRIPTOR = (
    "CUDA_ARRAY3D_DESCRIPTOR",
    40,
    (),
)

CUDA_RESOURCE_DESC = (
    "CUDA_RESOURCE_DESC",
    144,
    (
        ("res.array.hArray", "h", 8, "arrays", 0, 0, 0, 0, 0),
        ("res.mipmap.hMipmappedArray", "h", 8, "mipmaps", 0, 0, 0, 0, 1),
    ),
)

CUDA_TEXTURE_DESC = (
    "CUDA_TEXTURE_DESC",
    104,
    (),
)

CUDA_RESOURCE_VIEW_DESC = (
    "CUDA_RESOURCE_VIEW_DESC",
    112,
    (),
)

CUstreamAttrValue = (
    "CUstreamAttrValue",
    64,
    (),
)

CUlaunchAttribute = (
    "CUlaunchAttribute",
    72,
    (
        ("value.programmaticEvent.event", "h", 8, "events", 0, 0, 0, 0, 7),
        ("value.launchCompletionEvent.event", "h", 8, "events", 0, 0, 0, 0, 12),
        ("value.deviceUpdatableKernelNode.devNode", "n", 16, 0, 0, 0, 0, 0, 13),
    ),
)

CUgraphEdgeData = (
    "CUgraphEdgeData",
    8,
    (),
)

CUDA_KERNEL_NODE_PARAMS_v1 = (
    "CUDA_KERNEL_NODE_PARAMS_v1",
    56,
    (
        ("kernelParams", "p", 40, 0, 48, 0, 0, -1, 0),
    ),
)

CUDA_KERNEL_NODE_PARAMS = (
    "CUDA_KERNEL_NODE_PARAMS",
    72,
    (
        ("func", "r", 0, "functions", 0, 0, 0, -1, 0),
        ("kern", "h", 56, "kernels", 0, 0, 0, -1, 0),
        ("ctx", "r", 64, "contexts", 0, 0, 0, -1, 0),
        ("kernelParams", "p", 40, 0, 48, 0, 56, -1, 0),
    ),
)

CUDA_KERNEL_NODE_PARAMS_v2 = (
    "CUDA_KERNEL_NODE_PARAMS_v2",
    72,
    (
        ("func", "r", 0, "functions", 0, 0, 0, -1, 0),
        ("kern", "h", 56, "kernels", 0, 0, 0, -1, 0),
        ("ctx", "r", 64, "contexts", 0, 0, 0, -1, 0),
        ("kernelParams", "p", 40, 0, 48, 0, 56, -1, 0),
    ),
)

CUDA_KERNEL_NODE_PARAMS_v3 = (
    "CUDA_KERNEL_NODE_PARAMS_v3",
    72,
    (
        ("func", "r", 0, "functions", 0, 0, 0, -1, 0),
        ("kern", "h", 56, "kernels", 0, 0, 0, -1, 0),
        ("ctx", "r", 64, "contexts", 0, 0, 0, -1, 0),
        ("kernelParams", "p", 40, 0, 48, 0, 56, -1, 0),
    ),
)

CUDA_MEMSET_NODE_PARAMS = (
    "CUDA_MEMSET_NODE_PARAMS",
    40,
    (),
)

CUDA_MEMSET_NODE_PARAMS_v1 = (
    "CUDA_MEMSET_NODE_PARAMS_v1",
    40,
    (),
)

CUDA_MEMSET_NODE_PARAMS_v2 = (
    "CUDA_MEMSET_NODE_PARAMS_v2",
    48,
    (
        ("ctx", "r", 40, "contexts", 0, 0, 0, -1, 0),
    ),
)

CUDA_MEMCPY3D = (
    "CUDA_MEMCPY3D",
    200,
    (
        ("srcHost", "c", 40, 0, 0, 0, 0, 32, 1),
        ("srcArray", "h", 56, "arrays", 0, 0, 0, 32, 3),
        ("reserved0", "n", 64, 0, 0, 0, 0, -1, 0),
        ("dstHost", "c", 128, 0, 0, 0, 0, 120, 1),
        ("dstArray", "h", 144, "arrays", 0, 0, 0, 120, 3),
        ("reserved1", "n", 152, 0, 0, 0, 0, -1, 0),
    ),
)

CUDA_MEMCPY3D_PEER = (
    "CUDA_MEMCPY3D_PEER",
    200,
    (
        ("srcHost", "c", 40, 0, 0, 0, 0, 32, 1),
        ("srcArray", "h", 56, "arrays", 0, 0, 0, 32, 3),
        ("srcContext", "r", 64, "contexts", 0, 0, 0, -1, 0),
        ("dstHost", "c", 128, 0, 0, 0, 0, 120, 1),
        ("dstArray", "h", 144, "arrays", 0, 0, 0, 120, 3),
        ("dstContext", "r", 152, "contexts", 0, 0, 0, -1, 0),
    ),
)

CUDA_MEMCPY_NODE_PARAMS = (
    "CUDA_MEMCPY_NODE_PARAMS",
    216,
    (
        ("copyCtx", "r", 8, "contexts", 0, 0, 0, -1, 0),
        ("copyParams", "s", 16, CUDA_MEMCPY3D, 0, 0, 0, -1, 0),
    ),
)

CUDA_HOST_NODE_PARAMS = (
    "CUDA_HOST_NODE_PARAMS",
    16,
    (
        ("fn", "u", 0, 0, 8, 0, 0, -1, 0),
    ),
)

CUDA_HOST_NODE_PARAMS_v1 = (
    "CUDA_HOST_NODE_PARAMS_v1",
    16,
    (
        ("fn", "u", 0, 0, 8, 0, 0, -1, 0),
    ),
)

CUDA_HOST_NODE_PARAMS_v2 = (
    "CUDA_HOST_NODE_PARAMS_v2",
    16,
    (
        ("fn", "u", 0, 0, 8, 0, 0, -1, 0),
    ),
)

CUDA_CHILD_GRAPH_NODE_PARAMS = (
    "CUDA_CHILD_GRAPH_NODE_PARAMS",
    16,
    (
        ("graph", "h", 0, "graphs", 0, 0, 0, -1, 0),
    ),
)

CUDA_EVENT_WAIT_NODE_PARAMS = (
    "CUDA_EVENT_WAIT_NODE_PARAMS",
    8,
    (
        ("event", "h", 0, "events", 0, 0, 0, -1, 0),
    ),
)

CUDA_EVENT_RECORD_NODE_PARAMS = (
    "CUDA_EVENT_RECORD_NODE_PARAMS",
    8,
    (
        ("event", "h", 0, "events", 0, 0, 0, -1, 0),
    ),
)

CUDA_MEM_ALLOC_NODE_PARAMS = (
    "CUDA_MEM_ALLOC_NODE_PARAMS",
    120,
    (
        ("poolProps", "s", 0, CUmemPoolProps, 0, 0, 0, -1, 0),
        ("accessDescs", "a", 88, CUmemAccessDesc, 96, 8, 0, -1, 0),
    ),
)

CUDA_MEM_ALLOC_NODE_PARAMS_v1 = (
    "CUDA_MEM_ALLOC_NODE_PARAMS_v1",
    120,
    (
        ("poolProps", "s", 0, CUmemPoolProps, 0, 0, 0, -1, 0),
        ("accessDescs", "a", 88, CUmemAccessDesc, 96, 8, 0, -1, 0),
    ),
)

CUDA_MEM_ALLOC_NODE_PARAMS_v2 = (
    "CUDA_MEM_ALLOC_NODE_PARAMS_v2",
    120,
    (
        ("poolProps", "s", 0, CUmemPoolProps, 0, 0, 0, -1, 0),
        ("accessDescs", "a", 88, CUmemAccessDesc, 96, 8, 0, -1, 0),
    ),
)

CUDA_MEM_FREE_NODE_PARAMS = (
    "CUDA_MEM_FREE_NODE_PARAMS",
    8,
    (),
)

CUDA_BATCH_MEM_OP_NODE_PARAMS = (
    "CUDA_BATCH_MEM_OP_NODE_PARAMS",
    32,
    (
        ("ctx", "r", 0, "contexts", 0, 0, 0, -1, 0),
        ("paramArray", "a", 16, CUstreamBatchMemOpParams, 8, 4, 0, -1, 0),
    ),
)

CUDA_BATCH_MEM_OP_NODE_PARAMS_v1 = (
    "CUDA_BATCH_MEM_OP_NODE_PARAMS_v1",
    32,
    (
        ("ctx", "r", 0, "contexts", 0, 0, 0, -1, 0),
        ("paramArray", "a", 16, CUstreamBatchMemOpParams, 8, 4, 0, -1, 0),
    ),
)

CUDA_BATCH_MEM_OP_NODE_PARAMS_v2 = (
    "CUDA_BATCH_MEM_OP_NODE_PARAMS_v2",
    32,
    (
        ("ctx", "r", 0, "contexts", 0, 0, 0, -1, 0),
        ("paramArray", "a", 16, CUstreamBatchMemOpParams, 8, 4, 0, -1, 0),
    ),
)

CUDA_CONDITIONAL_NODE_PARAMS = (
    "CUDA_CONDITIONAL_NODE_PARAMS",
    32,
    (
        ("phGraph_out", "n", 16, 0, 0, 0, 0, -1, 0),
        ("ctx", "r", 24, "contexts", 0, 0, 0, -1, 0),
    ),
)

CUgraphNodeParams = (
    "CUgraphNodeParams",
    256,
    (
        ("kernel", "s", 16, CUDA_KERNEL_NODE_PARAMS_v3, 0, 0, 0, 0, 0),
        ("memcpy", "s", 16, CUDA_MEMCPY_NODE_PARAMS, 0, 0, 0, 0, 1),
        ("memset", "s", 16, CUDA_MEMSET_NODE_PARAMS_v2, 0, 0, 0, 0, 2),
        ("host", "s", 16, CUDA_HOST_NODE_PARAMS_v2, 0, 0, 0, 0, 3),
        ("graph", "s", 16, CUDA_CHILD_GRAPH_NODE_PARAMS, 0, 0, 0, 0, 4),
        ("eventWait", "s", 16, CUDA_EVENT_WAIT_NODE_PARAMS, 0, 0, 0, 0, 6),
        ("eventRecord", "s", 16, CUDA_EVENT_RECORD_NODE_PARAMS, 0, 0, 0, 0, 7),
        ("alloc", "s", 16, CUDA_MEM_ALLOC_NODE_PARAMS_v2, 0, 0, 0, 0, 10),
        ("free", "s", 16, CUDA_MEM_FREE_NODE_PARAMS, 0, 0, 0, 0, 11),
        ("memOp", "s", 16, CUDA_BATCH_MEM_OP_NODE_PARAMS_v2, 0, 0, 0, 0, 12),
        ("conditional", "s", 16, CUDA_CONDITIONAL_NODE_PARAMS, 0, 0, 0, 0, 13),
    ),
)
