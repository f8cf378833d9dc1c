/* Decompression of code, and what is said if that is not possible here. */
#include "unpack.h"

#include <stdlib.h>
#include <string.h>

#include "../../../libcuda/unpack.h"
#include "../../host/log.h"

static CUresult missing(const char *library, const char *package)
{
    sg_log_line("this program's code is compressed and %s is not installed: install %s, or build the program with "
                "nvcc --compress-mode=none",
                library, package);
    return CUDA_ERROR_SHARED_OBJECT_INIT_FAILED;
}

/* Into `bytes_plain` or fewer at `to`; *got is how many. */
static CUresult unpack_to(const struct lc_fatbin_entry *entry, void *to, size_t *got)
{
    switch (lc_unpack(entry, to, got)) {
    case LC_UNPACK_DONE: return CUDA_SUCCESS;
    case LC_UNPACK_NO_ZSTD: return missing("libzstd.so.1", "libzstd1 (Debian) or libzstd (Fedora)");
    case LC_UNPACK_NO_LZ4: return missing("liblz4.so.1", "liblz4-1 (Debian) or lz4-libs (Fedora)");
    case LC_UNPACK_DAMAGED: break;
    }
    return CUDA_ERROR_INVALID_IMAGE;
}

CUresult sg_unpack_code(const struct lc_fatbin_entry *entry, struct sg_code *out)
{
    if (entry->packing == LC_FATBIN_PLAIN) {
        const char *text = (const char *)entry->payload;
        *out = (struct sg_code){text, strnlen(text, entry->bytes), NULL};
        return CUDA_SUCCESS;
    }
    REQUIRE(entry->bytes_plain, CUDA_ERROR_INVALID_IMAGE);
    char *text = malloc(entry->bytes_plain);
    REQUIRE(text, CUDA_ERROR_OUT_OF_MEMORY);
    size_t got;
    CUresult result = unpack_to(entry, text, &got);
    if (result) {
        free(text);
        return result;
    }
    *out = (struct sg_code){text, strnlen(text, got), text};
    return CUDA_SUCCESS;
}
