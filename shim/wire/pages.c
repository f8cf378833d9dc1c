/* Memory of the application that only its SIGSEGV handler makes accessible. */
#include "pages.h"

#include <stdbool.h>

enum { PAGE_BYTES = 4096 };   /* the smallest of any machine */

static void touch(uint8_t *start, size_t bytes, bool writes)
{
    const uint8_t *end = start + bytes;
    for (volatile uint8_t *at = start; at < end; at += PAGE_BYTES - (uintptr_t)at % PAGE_BYTES) {
        uint8_t value = *at;
        if (writes)
            *at = value;
    }
}

static void touch_rows(const struct bf_rows *rows, bool writes)
{
    size_t total = bf_rows_bytes(rows), piece = 0;
    for (size_t done = 0; done < total; done += piece) {
        uint8_t *start = bf_rows_piece(rows, done, total - done, &piece);
        touch(start, piece, writes);
    }
}

void bf_pages_read(const struct bf_rows *rows)
{
    touch_rows(rows, false);
}

void bf_pages_write(const struct bf_rows *rows)
{
    touch_rows(rows, true);
}
