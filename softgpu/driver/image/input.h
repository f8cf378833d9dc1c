/* What a program gives to a link: PTX, fatbins, objects, libraries, cubins of softgpu. */
#ifndef SG_INPUT_H
#define SG_INPUT_H

#include "cubin.h"
#include "jit.h"

/* Called with each text, which is gone afterwards. Returns 0, or what the whole is refused with. */
typedef CUresult sg_input_fn(void *user, const struct sg_source *source);

/* The texts of an input of that type; `name` is for messages. Returns 0, 1, 2, 200, 209 (no PTX in it), 303, or what
 * `found` returns; why is in the log of `jit`. */
CUresult sg_input_read(CUjitInputType type, const void *data, size_t bytes, const char *name, struct sg_jit *jit,
                       sg_input_fn *found, void *user);

#endif
