/* Memory that one lane names for its whole warp. */
#ifndef SG_RUN_ROWS_H
#define SG_RUN_ROWS_H

#include "engine.h"

/* `rows` times `bytes` bytes, `pitch` bytes from one to the next. */
struct sg_rows {
    uint64_t address, pitch;
    uint32_t rows, bytes, align;
    uint8_t space; /* enum ptx_space */
    bool write;
};

/* The host address of the first row; the others follow at the same pitch. 0 after a fault, if any row must not be
 * accessed, or the address is no multiple of `align`, a power of 2. */
uintptr_t sg_access_locate_rows(struct sg_group *g, const struct sg_op *op, unsigned lane, const struct sg_rows *rows);

#endif
