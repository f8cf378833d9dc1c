/* A kernel that needs the device code of another file. */
extern __device__ int helps(int);

__global__ void write_helped(int *out)
{
    *out = helps(3);
}

cudaError_t uses(int *out)
{
    write_helped<<<1, 1>>>(out);
    return cudaGetLastError();
}
