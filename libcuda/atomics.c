/* Checks of questions about atomic operations. */
#include "atomics.h"

CUresult lc_atomics_check(const unsigned *capabilities, const CUatomicOperation *operations, unsigned count)
{
    if (!capabilities || !operations || !count)
        return CUDA_ERROR_INVALID_VALUE;
    for (unsigned i = 0; i < count; i++)
        if ((unsigned)operations[i] > CU_ATOMIC_OPERATION_FLOAT_MAX)
            return CUDA_ERROR_INVALID_VALUE;
    return CUDA_SUCCESS;
}

void lc_atomics_none(unsigned *capabilities, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        capabilities[i] = 0;
}
