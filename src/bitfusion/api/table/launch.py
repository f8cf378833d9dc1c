"""Kernel launches, occupancy."""

from ..notation import read_chapter

CHAPTER = read_chapter(
    """
cuOccupancyMaxActiveBlocksPerMultiprocessor@6050 #130 (int *numBlocks, CUfunction func, int blockSize, size_t
        dynamicSMemSize):
    current; code func; need numBlocks; ask
cuOccupancyMaxActiveBlocksPerMultiprocessorWithFlags@7000 #131 (int *numBlocks, CUfunction func, int blockSize, size_t
        dynamicSMemSize, unsigned int flags):
    current; code func; need numBlocks; ask
cuOccupancyMaxPotentialBlockSize@6050 (int *minGridSize, int *blockSize, CUfunction func, CUoccupancyB2DSize
        blockSizeToDynamicSMemSize, size_t dynamicSMemSize, int blockSizeLimit):
    is cuOccupancyMaxPotentialBlockSizeWithFlags(minGridSize, blockSize, func, blockSizeToDynamicSMemSize, dynamicSMemSize, blockSizeLimit, 0)
cuOccupancyMaxPotentialBlockSizeWithFlags@7000 (int *minGridSize, int *blockSize, CUfunction func,
        CUoccupancyB2DSize blockSizeToDynamicSMemSize, size_t dynamicSMemSize, int blockSizeLimit, unsigned int
        flags):
    hand
cuOccupancyAvailableDynamicSMemPerBlock@10020 #132 (size_t *dynamicSmemSize, CUfunction func, int numBlocks, int
        blockSize):
    current; code func; need dynamicSmemSize; ask
cuOccupancyMaxPotentialClusterSize@11070 (int *clusterSize, CUfunction func, const CUlaunchConfig *config):
    current; need clusterSize, config; by bf_launch_clusters(context, func, config, 1, clusterSize)
cuOccupancyMaxActiveClusters@11070 (int *numClusters, CUfunction func, const CUlaunchConfig *config):
    current; need numClusters, config; by bf_launch_clusters(context, func, config, 0, numClusters)
cuLaunchKernel@4000 +ptsz@7000 (CUfunction f, unsigned int gridDimX, unsigned int gridDimY, unsigned int gridDimZ,
        unsigned int blockDimX, unsigned int blockDimY, unsigned int blockDimZ, unsigned int sharedMemBytes,
        CUstream hStream, void **kernelParams, void **extra):
    hand
cuLaunchKernelEx@11060 +ptsz@11060 (const CUlaunchConfig *config, CUfunction f, void **kernelParams, void **extra):
    hand
cuLaunchCooperativeKernel@9000 +ptsz@9000 (CUfunction f, unsigned int gridDimX, unsigned int gridDimY, unsigned int
        gridDimZ, unsigned int blockDimX, unsigned int blockDimY, unsigned int blockDimZ, unsigned int
        sharedMemBytes, CUstream hStream, void **kernelParams):
    hand
# No device has CU_DEVICE_ATTRIBUTE_COOPERATIVE_MULTI_DEVICE_LAUNCH.
cuLaunchCooperativeKernelMultiDevice@9000 (CUDA_LAUNCH_PARAMS *launchParamsList, unsigned int numDevices, unsigned int
        flags):
    ready; need launchParamsList; refuse !numDevices || numDevices > bf_client.device_count || flags & ~3u;
    is CUDA_ERROR_NOT_SUPPORTED
# Calls of the wire alone.
# `fn` is a function or a kernel: both kinds share one number space. `params` is the parameter block.
launch #120 tell (CUfunction fn, unsigned int gx, unsigned int gy, unsigned int gz, unsigned int bx, unsigned int by,
        unsigned int bz, unsigned int shared_bytes, CUstream stream, bytes params):
    server: launches.launch; whole
    "cuLaunchKernel. `params` is the parameter block, packed as the function's description says."
launch_ex #121 tell (CUfunction fn, unsigned int gx, unsigned int gy, unsigned int gz, unsigned int bx, unsigned int
        by, unsigned int bz, unsigned int shared_bytes, CUstream stream, CUlaunchAttribute[] attributes, bytes
        params):
    server: launches.launch_ex
launch_first #122 ask (CUfunction fn, unsigned int gx, unsigned int gy, unsigned int gz, unsigned int bx, unsigned int
        by, unsigned int bz, unsigned int shared_bytes, CUstream stream, CUlaunchAttribute[] attributes, bytes
        params):
    server: asks(launch_ex)
    "launch_ex with the driver's answer: for a configuration of a function that it has not accepted before."
occupancy_clusters #133 ask (CUfunction fn, unsigned int gx, unsigned int gy, unsigned int gz, unsigned int bx,
        unsigned int by, unsigned int bz, unsigned int shared_bytes, CUlaunchAttribute[] attributes, int want_size,
        int *value):
    server: launches.occupancy_clusters
    "cuOccupancyMaxPotentialClusterSize (want_size 1) or cuOccupancyMaxActiveClusters (0)."
occupancy_blocks #134 ask (CUfunction fn, unsigned int flags, bytes sizes, ints *blocks):
    server: [cuOccupancyMaxActiveBlocksPerMultiprocessorWithFlags(fn, size, shared_bytes, flags) for size,
        shared_bytes in sizes]; takes(sizes: int size, size_t shared_bytes)
    "cuOccupancyMaxActiveBlocksPerMultiprocessorWithFlags of each. sizes: packed u32 block size, u64 dynamic shared
    memory; blocks: packed i32."
"""
)
