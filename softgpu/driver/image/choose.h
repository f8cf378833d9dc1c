/* Which PTX of a fatbin to run. */
#ifndef SG_CHOOSE_H
#define SG_CHOOSE_H

#include "../../../libcuda/image.h"

/* False if there is none. */
bool sg_choose_ptx(const struct lc_image *fatbin, struct lc_fatbin_entry *best);

#endif
