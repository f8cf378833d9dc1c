// c = a + b, one thread an element.
#include <vector>

#include "check.h"

__global__ void vector_add(const float *a, const float *b, float *c, int count)
{
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < count)
        c[i] = a[i] + b[i];
}

int main()
{
    const int count = 50000;
    const size_t size = count * sizeof(float);
    std::vector<float> a(count), b(count), c(count);
    for (int i = 0; i < count; i++) {
        a[i] = 0.25f * i;
        b[i] = 1.0f / (i + 1);
    }
    print_device();
    Stopwatch watch;
    float *da, *db, *dc;
    CHECK(cudaMalloc(&da, size));
    CHECK(cudaMalloc(&db, size));
    CHECK(cudaMalloc(&dc, size));
    CHECK(cudaMemcpy(da, a.data(), size, cudaMemcpyHostToDevice));
    CHECK(cudaMemcpy(db, b.data(), size, cudaMemcpyHostToDevice));
    vector_add<<<(count + 255) / 256, 256>>>(da, db, dc, count);
    CHECK(cudaGetLastError());
    CHECK(cudaMemcpy(c.data(), dc, size, cudaMemcpyDeviceToHost));
    CHECK(cudaFree(da));
    CHECK(cudaFree(db));
    CHECK(cudaFree(dc));

    long wrong = 0;
    for (int i = 0; i < count; i++)
        wrong += c[i] != a[i] + b[i];
    return report("sums", count, wrong, watch.milliseconds());
}
