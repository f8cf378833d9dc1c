/* Sums of products. The inner loop of the fast form keeps eight rows of eight sums in registers. */
#include "matrices.h"

#include "../run/group.h"

#define EDGE 8

void isa_matrices_add_base(struct sg_matrix_size size, unsigned planes, const float *a, const float *b, float *sums)
{
    const size_t deep = size.k / planes;
    for (size_t m = 0; m < size.m; m++)
        for (size_t n = 0; n < size.n; n++) {
            float sum = sums[m * size.n + n];
            for (size_t k = 0; k < deep; k++)
                for (size_t plane = 0; plane < planes; plane++)
                    sum = __builtin_fmaf(a[(plane * deep + k) * size.m + m], b[(plane * deep + k) * size.n + n], sum);
            sums[m * size.n + n] = sum;
        }
}

void isa_matrices_add_f64_base(struct sg_matrix_size size, const double *a, const double *b, double *sums)
{
    for (size_t m = 0; m < size.m; m++)
        for (size_t n = 0; n < size.n; n++) {
            double sum = sums[m * size.n + n];
            for (size_t k = 0; k < size.k; k++)
                sum = __builtin_fma(a[k * size.m + m], b[k * size.n + n], sum);
            sums[m * size.n + n] = sum;
        }
}

#if defined(__x86_64__) && !defined(SG_NO_MULTIVERSION)
#include <immintrin.h>

SG_TARGET_FAST static void add_square(struct sg_matrix_size size, unsigned planes, const float *a, const float *b,
                                      float *sums)
{
    const size_t deep = size.k / planes;
    __m256 row[EDGE];
    for (size_t i = 0; i < EDGE; i++)
        row[i] = _mm256_loadu_ps(sums + i * size.n);
    for (size_t k = 0; k < deep; k++)
        for (size_t plane = 0; plane < planes; plane++) {
            const float *const down = a + (plane * deep + k) * size.m;
            const __m256 across = _mm256_loadu_ps(b + (plane * deep + k) * size.n);
            _Pragma("GCC unroll 8") for (size_t i = 0; i < EDGE; i++)
                row[i] = _mm256_fmadd_ps(_mm256_broadcast_ss(down + i), across, row[i]);
        }
    for (size_t i = 0; i < EDGE; i++)
        _mm256_storeu_ps(sums + i * size.n, row[i]);
}

SG_TARGET_FAST void isa_matrices_add_fast(struct sg_matrix_size size, unsigned planes, const float *a, const float *b,
                                          float *sums)
{
    for (size_t m = 0; m < size.m; m += EDGE)
        for (size_t n = 0; n < size.n; n += EDGE)
            add_square(size, planes, a + m, b + n, sums + m * size.n + n);
}

/* Four rows of eight sums. */
SG_TARGET_FAST static void add_strip(struct sg_matrix_size size, const double *a, const double *b, double *sums)
{
    __m256d left[EDGE / 2], right[EDGE / 2];
    for (size_t i = 0; i < EDGE / 2; i++) {
        left[i] = _mm256_loadu_pd(sums + i * size.n);
        right[i] = _mm256_loadu_pd(sums + i * size.n + EDGE / 2);
    }
    for (size_t k = 0; k < size.k; k++, a += size.m, b += size.n) {
        const __m256d low = _mm256_loadu_pd(b), high = _mm256_loadu_pd(b + EDGE / 2);
        _Pragma("GCC unroll 4") for (size_t i = 0; i < EDGE / 2; i++)
        {
            const __m256d down = _mm256_broadcast_sd(a + i);
            left[i] = _mm256_fmadd_pd(down, low, left[i]);
            right[i] = _mm256_fmadd_pd(down, high, right[i]);
        }
    }
    for (size_t i = 0; i < EDGE / 2; i++) {
        _mm256_storeu_pd(sums + i * size.n, left[i]);
        _mm256_storeu_pd(sums + i * size.n + EDGE / 2, right[i]);
    }
}

SG_TARGET_FAST void isa_matrices_add_f64_fast(struct sg_matrix_size size, const double *a, const double *b,
                                              double *sums)
{
    for (size_t m = 0; m < size.m; m += EDGE / 2)
        for (size_t n = 0; n < size.n; n += EDGE)
            add_strip(size, a + m, b + n, sums + m * size.n + n);
}
#else
void isa_matrices_add_f64_fast(struct sg_matrix_size size, const double *a, const double *b, double *sums)
{
    isa_matrices_add_f64_base(size, a, b, sums);
}

void isa_matrices_add_fast(struct sg_matrix_size size, unsigned planes, const float *a, const float *b, float *sums)
{
    isa_matrices_add_base(size, planes, a, b, sums);
}
#endif
