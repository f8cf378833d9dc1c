/* Code images as the application hands them over: in memory without a length, or in a file. */
#ifndef BF_IMAGES_H
#define BF_IMAGES_H

#include <stdbool.h>
#include <stddef.h>

#include "../wire/digest.h"
#include "client.h"

/* Bytes that the server can read by themselves. `owned`: free(data) when done. */
struct bf_bytes {
    const void *data;
    size_t bytes;
    bool owned;
};

CUresult bf_images_from_memory(const void *image, struct bf_bytes *out);
CUresult bf_images_from_file(const char *path, struct bf_bytes *out);
/* The whole file, whatever it is. */
CUresult bf_images_read(const char *path, struct bf_bytes *out);
void bf_images_release(struct bf_bytes *bytes);

/* Whether the server may have an image of so many bytes already: then it is asked by the image's digest first, and gets
 * the image if it has not. Small ones are sent at once. */
static inline bool bf_images_may_be_there(const struct bf_server *server, size_t bytes)
{
    return server->kept_image_bytes && bytes >= server->kept_image_bytes;
}

#endif
