/* Copies and memsets as work of a stream. All memory is one address space, so what a pointer is decides only what is
 * checked and whether the caller waits. */
#ifndef SG_COPY_H
#define SG_COPY_H

#include "../state/context.h"

/* What a range of addresses is. */
enum sg_place {
    SG_PLACE_BAD,          /* begins in a device's or page-locked memory, and leaves it */
    SG_PLACE_DEVICE,
    SG_PLACE_PINNED,       /* page-locked or registered host memory */
    SG_PLACE_PAGEABLE,     /* anything else: the program's word is taken that it is there */
};
enum sg_place sg_copy_place(uint64_t address, uint64_t bytes);

/* Rows of `width` bytes. A copy without rows has height 1. */
struct sg_rectangle {
    uint64_t address, pitch;
    enum sg_place place;
};
struct sg_copy {
    struct sg_rectangle to, from;
    uint64_t width, height;
};

/* Append the copy. Returns when a program may use the host memory: at once if the copy is not `synchronous` and
 * pageable memory is not read late or written. */
CUresult sg_copy_submit(struct sg_stream *stream, const struct sg_copy *copy, bool synchronous);

struct sg_fill {
    uint64_t address, pitch, width, height;    /* width in elements */
    uint32_t value, element;                   /* 1, 2 or 4 bytes */
};
CUresult sg_copy_fill(struct sg_stream *stream, const struct sg_fill *fill);

#endif
