/* Text for the caller. */
#include <string.h>

#include "nvml.h"

nvmlReturn_t sg_text_copy(const char *text, char *out, unsigned room)
{
    REQUIRE(out, NVML_ERROR_INVALID_ARGUMENT);
    REQUIRE(strlen(text) < room, NVML_ERROR_INSUFFICIENT_SIZE);
    memcpy(out, text, strlen(text) + 1);
    return NVML_SUCCESS;
}
