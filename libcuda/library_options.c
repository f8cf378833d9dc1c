/* The options of a library load. */
#include "library_options.h"

#include <stddef.h>

CUresult lc_library_options_read(unsigned count, const CUlibraryOption *options, void *const *values, bool *preserved)
{
    *preserved = false;
    if (count && !options)
        return CUDA_ERROR_INVALID_VALUE;
    for (unsigned i = 0; i < count; i++) {
        if (options[i] == CU_LIBRARY_BINARY_IS_PRESERVED)
            *preserved = values && values[i];
        else
            return options[i] == CU_LIBRARY_HOST_UNIVERSAL_FUNCTION_AND_DATA_TABLE ? CUDA_ERROR_NOT_SUPPORTED
                                                                                   : CUDA_ERROR_INVALID_VALUE;
    }
    return CUDA_SUCCESS;
}
