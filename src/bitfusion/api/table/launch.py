"""Kernel launches, occupancy."""

from ..model import ASK, HAND, Symbol

SYMBOLS = (
    Symbol(
        "cuOccupancyMaxActiveBlocksPerMultiprocessor",
        6050,
        "int *numBlocks, CUfunction func, int blockSize, size_t dynamicSMemSize",
        ASK,
    ),
    Symbol(
        "cuOccupancyMaxActiveBlocksPerMultiprocessorWithFlags",
        7000,
        "int *numBlocks, CUfunction func, int blockSize, size_t dynamicSMemSize, unsigned int flags",
        ASK,
    ),
    Symbol(
        "cuOccupancyMaxPotentialBlockSize",
        6050,
        "int *minGridSize, int *blockSize, CUfunction func, CUoccupancyB2DSize blockSizeToDynamicSMemSize, "
        "size_t dynamicSMemSize, int blockSizeLimit",
        HAND,
    ),
    Symbol(
        "cuOccupancyMaxPotentialBlockSizeWithFlags",
        7000,
        "int *minGridSize, int *blockSize, CUfunction func, CUoccupancyB2DSize blockSizeToDynamicSMemSize, "
        "size_t dynamicSMemSize, int blockSizeLimit, unsigned int flags",
        HAND,
    ),
    Symbol(
        "cuOccupancyAvailableDynamicSMemPerBlock",
        10020,
        "size_t *dynamicSmemSize, CUfunction func, int numBlocks, int blockSize",
        ASK,
    ),
    Symbol(
        "cuOccupancyMaxPotentialClusterSize",
        11070,
        "int *clusterSize, CUfunction func, const CUlaunchConfig *config",
        HAND,
    ),
    Symbol(
        "cuOccupancyMaxActiveClusters", 11070, "int *numClusters, CUfunction func, const CUlaunchConfig *config", HAND
    ),
    Symbol(
        "cuLaunchKernel",
        4000,
        "CUfunction f, unsigned int gridDimX, unsigned int gridDimY, unsigned int gridDimZ, unsigned int "
        "blockDimX, unsigned int blockDimY, unsigned int blockDimZ, unsigned int sharedMemBytes, CUstream "
        "hStream, void **kernelParams, void **extra",
        HAND,
        twins=(("ptsz", 7000),),
    ),
    Symbol(
        "cuLaunchKernelEx",
        11060,
        "const CUlaunchConfig *config, CUfunction f, void **kernelParams, void **extra",
        HAND,
        twins=(("ptsz", 11060),),
    ),
    Symbol(
        "cuLaunchCooperativeKernel",
        9000,
        "CUfunction f, unsigned int gridDimX, unsigned int gridDimY, unsigned int gridDimZ, unsigned int "
        "blockDimX, unsigned int blockDimY, unsigned int blockDimZ, unsigned int sharedMemBytes, CUstream "
        "hStream, void **kernelParams",
        HAND,
        twins=(("ptsz", 9000),),
    ),
)
