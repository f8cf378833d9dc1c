/* CUDA_VISIBLE_DEVICES: which devices this process sees, in which order. Pure. */
#ifndef BF_VISIBLE_H
#define BF_VISIBLE_H

#include <stddef.h>
#include <stdint.h>

/* `text` is the variable's value, NULL if it is not set; `uuids` are those of the `count` devices there are. Writes
 * the indexes of the visible ones, in order, into `out` (room for `count`) and returns how many. As the driver does,
 * the list ends at the first entry that is invalid, ambiguous or there already. */
size_t bf_visible_select(const char *text, const uint8_t (*uuids)[16], size_t count, unsigned *out);

#endif
