/* Filling the columns that a function reads and never writes. */
#ifndef SG_FILL_H
#define SG_FILL_H

#include "engine.h"

/* Fills the columns of `code` in `frame` that are due at `when` or later. */
void sg_fill_columns(const struct sg_team *team, const struct sg_code *code, unsigned char *frame,
                     enum sg_fill_when when);

#endif
