// C = A B with square tiles in shared memory. The sizes are no multiples of the tile, so the edges count.
#include <cmath>
#include <vector>

#include "check.h"

constexpr int TILE = 16;

// a is rows x inner, b is inner x columns, all row-major.
__global__ void matmul(const float *a, const float *b, float *c, int rows, int inner, int columns)
{
    __shared__ float tile_a[TILE][TILE];
    __shared__ float tile_b[TILE][TILE];
    const int row = blockIdx.y * TILE + threadIdx.y;
    const int column = blockIdx.x * TILE + threadIdx.x;
    float sum = 0.0f;
    for (int first = 0; first < inner; first += TILE) {
        const int ka = first + threadIdx.x, kb = first + threadIdx.y;
        tile_a[threadIdx.y][threadIdx.x] = row < rows && ka < inner ? a[row * inner + ka] : 0.0f;
        tile_b[threadIdx.y][threadIdx.x] = kb < inner && column < columns ? b[kb * columns + column] : 0.0f;
        __syncthreads();
        for (int k = 0; k < TILE; k++)
            sum += tile_a[threadIdx.y][k] * tile_b[k][threadIdx.x];
        __syncthreads();
    }
    if (row < rows && column < columns)
        c[row * columns + column] = sum;
}

// Counts elements that differ from the product in double precision by more than rounding can explain.
static long wrong_elements(const std::vector<float> &a, const std::vector<float> &b, const std::vector<float> &c,
                           int rows, int inner, int columns)
{
    long wrong = 0;
    for (int row = 0; row < rows; row++)
        for (int column = 0; column < columns; column++) {
            double sum = 0.0, magnitude = 0.0;
            for (int k = 0; k < inner; k++) {
                const double term = static_cast<double>(a[row * inner + k]) * b[k * columns + column];
                sum += term;
                magnitude += std::fabs(term);
            }
            // n rounded additions of terms err by at most about n * 2^-24 of the sum of magnitudes.
            wrong += !(std::fabs(sum - c[row * columns + column]) <= inner * 6e-8 * magnitude);
        }
    return wrong;
}

int main()
{
    const int rows = 150, inner = 117, columns = 203;
    std::vector<float> a(rows * inner), b(inner * columns), c(rows * columns, NAN);
    for (size_t i = 0; i < a.size(); i++)
        a[i] = static_cast<float>(i * 37 % 101) / 50.0f - 1.0f;
    for (size_t i = 0; i < b.size(); i++)
        b[i] = static_cast<float>(i * 53 % 97) / 48.0f - 1.0f;
    print_device();
    Stopwatch watch;
    float *da, *db, *dc;
    CHECK(cudaMalloc(&da, a.size() * sizeof(float)));
    CHECK(cudaMalloc(&db, b.size() * sizeof(float)));
    CHECK(cudaMalloc(&dc, c.size() * sizeof(float)));
    CHECK(cudaMemcpy(da, a.data(), a.size() * sizeof(float), cudaMemcpyHostToDevice));
    CHECK(cudaMemcpy(db, b.data(), b.size() * sizeof(float), cudaMemcpyHostToDevice));
    const dim3 block(TILE, TILE), grid((columns + TILE - 1) / TILE, (rows + TILE - 1) / TILE);
    matmul<<<grid, block>>>(da, db, dc, rows, inner, columns);
    CHECK(cudaGetLastError());
    CHECK(cudaMemcpy(c.data(), dc, c.size() * sizeof(float), cudaMemcpyDeviceToHost));
    const double elapsed = watch.milliseconds();
    CHECK(cudaFree(da));
    CHECK(cudaFree(db));
    CHECK(cudaFree(dc));
    return report("elements", static_cast<long>(c.size()), wrong_elements(a, b, c, rows, inner, columns), elapsed);
}
