/* Code images as the application hands them over. */
#include "images.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

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

/* All of an open file, of at most the allowed size. */
static CUresult read_file(int fd, struct bf_bytes *out)
{
    struct stat facts;
    if (fstat(fd, &facts))
        return CUDA_ERROR_OPERATING_SYSTEM;
    if (!S_ISREG(facts.st_mode))
        return CUDA_ERROR_FILE_NOT_FOUND;
    if (facts.st_size < 0 || facts.st_size > BF_IMAGE_BYTES_MAX)
        return CUDA_ERROR_INVALID_IMAGE;
    size_t room = (size_t)facts.st_size;
    uint8_t *data = malloc(room + 1);
    if (!data)
        return CUDA_ERROR_OUT_OF_MEMORY;
    size_t done = 0;
    ptrdiff_t got = 1;
    while (done < room && got > 0) {
        got = read(fd, data + done, room - done);
        if (got > 0)
            done += (size_t)got;
        else if (got < 0 && errno == EINTR)
            got = 1;
    }
    data[done] = 0;
    *out = (struct bf_bytes){data, done, true};
    return CUDA_SUCCESS;
}

CUresult bf_images_read(const char *path, struct bf_bytes *out)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return CUDA_ERROR_FILE_NOT_FOUND;
    CUresult result = read_file(fd, out);
    close(fd);
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
