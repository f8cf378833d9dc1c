/* Programs built with nvcc -rdc=true. */
#ifndef SG_PARTS_H
#define SG_PARTS_H

#include "../../../libcuda/image.h"
#include "code.h"

/* The PTX of the one file that has device code, or a cubin of those of all. */
CUresult sg_parts_choose(const struct lc_image *image, struct sg_jit *jit, struct sg_code *out);

#endif
