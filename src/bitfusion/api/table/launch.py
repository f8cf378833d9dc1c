"""Kernel launches, occupancy."""

from ..notation import read_symbols

SYMBOLS = read_symbols(
    """
cuOccupancyMaxActiveBlocksPerMultiprocessor@6050 (int *numBlocks, CUfunction func, int blockSize, size_t
        dynamicSMemSize):
    current; code func; need numBlocks; ask
cuOccupancyMaxActiveBlocksPerMultiprocessorWithFlags@7000 (int *numBlocks, CUfunction func, int blockSize, size_t
        dynamicSMemSize, unsigned int flags):
    current; code func; need numBlocks; ask
cuOccupancyMaxPotentialBlockSize@6050 (int *minGridSize, int *blockSize, CUfunction func, CUoccupancyB2DSize
        blockSizeToDynamicSMemSize, size_t dynamicSMemSize, int blockSizeLimit):
    is cuOccupancyMaxPotentialBlockSizeWithFlags(minGridSize, blockSize, func, blockSizeToDynamicSMemSize, dynamicSMemSize, blockSizeLimit, 0)
cuOccupancyMaxPotentialBlockSizeWithFlags@7000 (int *minGridSize, int *blockSize, CUfunction func,
        CUoccupancyB2DSize blockSizeToDynamicSMemSize, size_t dynamicSMemSize, int blockSizeLimit, unsigned int
        flags):
    hand
cuOccupancyAvailableDynamicSMemPerBlock@10020 (size_t *dynamicSmemSize, CUfunction func, int numBlocks, int
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
"""
)
