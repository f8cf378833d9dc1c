/* Rows of application memory as one run of bytes. */
#include "rows.h"

#include <assert.h>
#include <string.h>

uint8_t *bf_rows_piece(const struct bf_rows *rows, size_t offset, size_t most, size_t *bytes)
{
    size_t left = bf_rows_bytes(rows) - offset;
    assert(offset <= bf_rows_bytes(rows));
    if (rows->slice_rows || (rows->pitch != rows->width && rows->height > 1)) {
        size_t row = rows->width ? offset / rows->width : 0, column = rows->width ? offset % rows->width : 0;
        size_t slice = rows->slice_rows ? row / rows->slice_rows : 0;
        left = rows->width - column;
        offset = slice * rows->slice + (row - slice * rows->slice_rows) * rows->pitch + column;
    }
    *bytes = left < most ? left : most;
    return rows->base + offset;
}

void bf_rows_pack(const struct bf_rows *rows, size_t offset, void *out, size_t bytes)
{
    for (size_t done = 0, piece; done < bytes; done += piece) {
        const uint8_t *from = bf_rows_piece(rows, offset + done, bytes - done, &piece);
        memcpy((uint8_t *)out + done, from, piece);
    }
}

void bf_rows_unpack(const struct bf_rows *rows, size_t offset, const void *data, size_t bytes)
{
    for (size_t done = 0, piece; done < bytes; done += piece) {
        uint8_t *to = bf_rows_piece(rows, offset + done, bytes - done, &piece);
        memcpy(to, (const uint8_t *)data + done, piece);
    }
}
