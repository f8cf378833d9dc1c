/* Code images as the application hands them over. */
#include "images.h"

#include <stdlib.h>

#include "../../libcuda/file.h"
#include "../../libcuda/image.h"
#include "../generated/limits.h"

/* The fatbins of a linked program, one behind the other, because the server cannot follow the wrapper's pointers. */
static CUresult flatten(const struct lc_image *image, struct bf_bytes *out)
{
    size_t bytes = lc_image_flatten(image, NULL, 0);
    void *data = bytes && bytes <= BF_IMAGE_BYTES_MAX ? malloc(bytes) : NULL;
    if (!data)
        return bytes ? CUDA_ERROR_OUT_OF_MEMORY : CUDA_ERROR_INVALID_IMAGE;
    lc_image_flatten(image, data, bytes);
    *out = (struct bf_bytes){data, bytes, true};
    return CUDA_SUCCESS;
}

CUresult bf_images_from_memory(const void *image, struct bf_bytes *out)
{
    struct lc_image found;
    if (!image)
        return CUDA_ERROR_INVALID_VALUE;
    if (!lc_image_open(image, &found))
        return CUDA_ERROR_INVALID_IMAGE;
    if (found.parts)
        return flatten(&found, out);
    if (found.bytes > BF_IMAGE_BYTES_MAX)
        return CUDA_ERROR_INVALID_IMAGE;
    *out = (struct bf_bytes){found.data, found.bytes, false};
    return CUDA_SUCCESS;
}

CUresult bf_images_read(const char *path, struct bf_bytes *out)
{
    void *data;
    size_t bytes;
    CUresult result = lc_file_read(path, BF_IMAGE_BYTES_MAX, &data, &bytes);
    if (!result)
        *out = (struct bf_bytes){data, bytes, true};
    return result;
}

CUresult bf_images_from_file(const char *path, struct bf_bytes *out)
{
    struct lc_image found;
    if (!path)
        return CUDA_ERROR_INVALID_VALUE;
    CUresult result = bf_images_read(path, out);
    if (!result && !lc_image_open_bytes(out->data, out->bytes, &found)) {
        bf_images_release(out);
        result = CUDA_ERROR_INVALID_IMAGE;
    }
    /* What else is in the file is not looked at. */
    if (!result)
        out->bytes = found.bytes;
    return result;
}

void bf_images_release(struct bf_bytes *bytes)
{
    if (bytes->owned)
        free((void *)(uintptr_t)bytes->data);
    *bytes = (struct bf_bytes){NULL, 0, false};
}
