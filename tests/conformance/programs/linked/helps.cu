/* Device code for kernels of other files. */
__device__ int helps(int x)
{
    return 2 * x;
}
