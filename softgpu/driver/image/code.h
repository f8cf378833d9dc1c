/* From a code image to the PTX to run. */
#ifndef SG_CODE_H
#define SG_CODE_H

#include <stdlib.h>

#include "../entry.h"
#include "jit.h"

struct sg_code {
    const char *text;    /* PTX, or a cubin of softgpu (cubin.h) */
    size_t bytes;        /* without a NUL */
    void *owned;         /* to free, or NULL */
};

/* `image` as the program gives it, without a length. Returns 0, 200 (no image), 209 (no PTX in it), 2, 303; why is in the log of `jit`. */
CUresult sg_code_open(const void *image, struct sg_jit *jit, struct sg_code *out);

/* A file's content: the same, with the length known. 301 if it cannot be read. */
CUresult sg_code_open_file(const char *path, struct sg_jit *jit, struct sg_code *out);

static inline void sg_code_close(struct sg_code *code)
{
    free(code->owned);
}

#endif
