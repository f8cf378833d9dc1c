/* Three words at the end of something of seven: a compiler may read them by one load of four words, of which it uses three. */
#include <cstdio>

enum { WORDS = 7 };

__device__ __align__(16) int variable[WORDS] = {1, 2, 3, 4, 5, 6, 7};
__constant__ __align__(16) int constant[WORDS] = {1, 2, 3, 4, 5, 6, 7};
extern __shared__ __align__(16) int dynamic[];

__device__ int last_three(const int *words) { return words[4] + words[5] * 3 + words[6] * 5; }

__global__ void of_pointer(const int *in, int *out) { *out = last_three((const int *)__builtin_assume_aligned(in, 16)); }
__global__ void of_variable(const int *, int *out) { *out = last_three(variable); }
__global__ void of_constant(const int *, int *out) { *out = last_three(constant); }
__global__ void of_static_shared(const int *in, int *out)
{
    __shared__ __align__(16) int words[WORDS];
    words[threadIdx.x] = in[threadIdx.x];
    __syncthreads();
    *out = last_three(words);
}
__global__ void of_dynamic_shared(const int *in, int *out)
{
    dynamic[threadIdx.x] = in[threadIdx.x];
    __syncthreads();
    *out = last_three(dynamic);
}

int main()
{
    static const struct { const char *name; void (*kernel)(const int *, int *); size_t shared; } cases[] = {
        {"pointer", of_pointer, 0}, {"variable", of_variable, 0}, {"constant", of_constant, 0},
        {"static shared", of_static_shared, 0}, {"dynamic shared", of_dynamic_shared, WORDS * sizeof(int)},
    };
    const int numbers[WORDS] = {1, 2, 3, 4, 5, 6, 7};
    int *in, *out;
    cudaMalloc(&in, sizeof numbers);
    cudaMalloc(&out, sizeof *out);
    cudaMemcpy(in, numbers, sizeof numbers, cudaMemcpyHostToDevice);
    for (const auto &each : cases) {
        int got = 0;
        cudaMemset(out, 0, sizeof *out);
        each.kernel<<<1, WORDS, each.shared>>>(in, out);
        const cudaError_t error = cudaMemcpy(&got, out, sizeof got, cudaMemcpyDeviceToHost);
        printf("%s: %s, %s\n", each.name, cudaGetErrorString(error), got == 5 + 6 * 3 + 7 * 5 ? "right" : "wrong");
    }
    return 0;
}
