/* A kernel that is linked at run time with what it calls (link_files.c). */
extern __device__ int helps(int);

extern "C" __global__ void run(int *out)
{
#ifdef GRID
    unsigned long long grid = cudaCGGetIntrinsicHandle(cudaCGScopeGrid);
    atomicAdd(out, helps(3));
    int error = cudaCGSynchronize(grid, 0);
    if (blockIdx.x == gridDim.x - 1)
        out[1] = *(volatile int *)out + error;
    return;
#endif
    out[0] = helps(3);
#ifdef RUNTIME
    const char *name = cudaGetErrorName(cudaErrorInvalidValue);
    out[1] = name[9];
#elif defined(NESTED)
    run<<<1, 1>>>(out + 1);
#else
    out[1] = 1;
#endif
}
