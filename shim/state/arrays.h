/* CUDA arrays and mipmapped arrays: the server's, known here by what they were made as. */
#ifndef BF_ARRAYS_H
#define BF_ARRAYS_H

#include "contexts.h"

CUresult bf_arrays_create(struct bf_object *context, const CUDA_ARRAY3D_DESCRIPTOR *descriptor, CUarray *out);
CUresult bf_arrays_create_flat(struct bf_object *context, const CUDA_ARRAY_DESCRIPTOR *descriptor, CUarray *out);
CUresult bf_arrays_destroy(struct bf_object *array);
CUresult bf_arrays_describe(const struct bf_object *array, CUDA_ARRAY3D_DESCRIPTOR *out);
CUresult bf_arrays_describe_flat(const struct bf_object *array, CUDA_ARRAY_DESCRIPTOR *out);

CUresult bf_arrays_create_mipmap(struct bf_object *context, const CUDA_ARRAY3D_DESCRIPTOR *descriptor, unsigned count,
                                 CUmipmappedArray *out);
CUresult bf_arrays_destroy_mipmap(struct bf_object *mipmap);
/* A level that there is: always the same array. */
CUresult bf_arrays_level(struct bf_object *mipmap, unsigned level, CUarray *out);

#endif
