/* Operations that change the width of an integer column: truncate, zero-extend, sign-extend. */
#ifndef SG_RESIZE_H
#define SG_RESIZE_H

#include "../run/group.h"

/* Code for from_bytes -> to_bytes (each 1, 2, 4, 8, and different). */
const struct sg_op_code *isa_resize_code(unsigned from_bytes, unsigned to_bytes, bool is_signed);
const struct sg_op_code *isa_resize_copy(unsigned bytes);
const struct sg_op_code *isa_resize_not(void);     /* of a predicate */

#endif
