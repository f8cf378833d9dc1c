/* The host code of a program whose device code is in other files (nvcc -rdc=true). */
#include <cstdio>

cudaError_t uses(int *), stands(int *);

int main()
{
    int *device, got[2] = {-1, -1};
    cudaMalloc(&device, sizeof got);
    cudaMemcpy(device, got, sizeof got, cudaMemcpyHostToDevice);
#ifdef PART_uses
    printf("uses: %s\n", cudaGetErrorString(uses(device)));
#endif
#ifdef PART_stands
    printf("stands: %s\n", cudaGetErrorString(stands(device + 1)));
#endif
    cudaMemcpy(got, device, sizeof got, cudaMemcpyDeviceToHost);
    printf("got %d %d\n", got[0], got[1]);
    return 0;
}
