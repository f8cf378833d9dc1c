/* Whether the kernels of a code image leave the size of their blocks to the launch.
 *
 * .reqntid fixes it, and no attribute of a function tells so: it stands in the image alone. */
#ifndef LC_BLOCK_NEED_H
#define LC_BLOCK_NEED_H

#include <stdbool.h>
#include <stddef.h>

/* True if it is certain that no kernel in it fixes its block. A fatbin holds the same source several times, so that one
 * part that can be read speaks for the others: of what is compressed some megabytes are looked into. */
bool lc_block_need_none(const void *image, size_t bytes);

#endif
