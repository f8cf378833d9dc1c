/* Sums of products of small matrices, in arrays. */
#ifndef SG_ISA_MATRICES_H
#define SG_ISA_MATRICES_H

#include "../ptx/matrix.h"

/* sums[m][n] += a[k][m] * b[k][n], each step rounded once, in the order of k. m and n are multiples of 8. Every
 * `planes`-th k lies one after another in a and b: first 0, planes, 2 * planes.., then 1, planes + 1... For any
 * processor, and for AVX2 and FMA. */
void isa_matrices_add_base(struct sg_matrix_size size, unsigned planes, const float *a, const float *b, float *sums);
void isa_matrices_add_fast(struct sg_matrix_size size, unsigned planes, const float *a, const float *b, float *sums);

/* The same in double precision, of one plane, in the processor's rounding mode. */
void isa_matrices_add_f64_base(struct sg_matrix_size size, const double *a, const double *b, double *sums);
void isa_matrices_add_f64_fast(struct sg_matrix_size size, const double *a, const double *b, double *sums);

#endif
