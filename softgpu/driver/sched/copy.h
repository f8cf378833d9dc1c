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

/* Rows of `width` bytes. A copy without rows has height 1. Of a copy of several slices `height` counts the rows of all,
 * and `slice_rows` those of one; else it is 0. */
struct sg_rectangle {
    uint64_t address, pitch, slice;
    enum sg_place place;
};
struct sg_copy {
    struct sg_rectangle to, from;
    uint64_t width, height, slice_rows;
};

/* Append the copy. Returns when a program may use the host memory: at once if the copy is not `synchronous` and
 * pageable memory is not read late or written. */
CUresult sg_copy_submit(struct sg_stream *stream, const struct sg_copy *copy, bool synchronous);

/* The copy as work that is done later; NULL if out of memory. It is not empty. */
struct sg_work *sg_copy_work(const struct sg_copy *copy);

struct sg_fill {
    uint64_t address, pitch, width, height;    /* width in elements */
    uint32_t value, element;                   /* 1, 2 or 4 bytes */
};
/* Whether there is such memory; nothing is to be said against filling nothing. */
CUresult sg_copy_check_fill(const struct sg_fill *fill);
CUresult sg_copy_fill(struct sg_stream *stream, const struct sg_fill *fill);
struct sg_work *sg_copy_fill_work(const struct sg_fill *fill);

#endif
