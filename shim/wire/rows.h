/* Rows of application memory as one run of bytes: row after row, without the gaps of the pitch.
 *
 * A plain buffer is one row. Of several slices `height` counts the rows of all, `slice_rows` those of one, and slices
 * begin `slice` bytes apart; else both are 0. Knows nothing of sockets or calls. */
#ifndef BF_ROWS_H
#define BF_ROWS_H

#include <stddef.h>
#include <stdint.h>

struct bf_rows {
    uint8_t *base;
    size_t pitch, width, height;
    size_t slice_rows, slice;
};

static inline struct bf_rows bf_rows_plain(const void *data, size_t bytes)
{
    return (struct bf_rows){(uint8_t *)(uintptr_t)data, bytes, bytes, 1, 0, 0};
}

static inline size_t bf_rows_bytes(const struct bf_rows *rows)
{
    return rows->width * rows->height;
}

/* From the first byte to the last. There is at least one row. */
static inline size_t bf_rows_span(const struct bf_rows *rows)
{
    size_t slices = rows->slice_rows ? rows->height / rows->slice_rows : 1;
    return (slices - 1) * rows->slice + (rows->height / slices - 1) * rows->pitch + rows->width;
}

/* The longest piece of memory, at most `most` bytes, that holds the run from `offset` on; its length in *bytes. */
uint8_t *bf_rows_piece(const struct bf_rows *rows, size_t offset, size_t most, size_t *bytes);

/* Copy `bytes` of the run from `offset` out of, or into, the rectangle. */
void bf_rows_pack(const struct bf_rows *rows, size_t offset, void *out, size_t bytes);
void bf_rows_unpack(const struct bf_rows *rows, size_t offset, const void *data, size_t bytes);

#endif
