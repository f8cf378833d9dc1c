/* The linker: several modules become one program (PTX ISA 11.6; nvcc -rdc=true, cuLink*).
 *
 * A name that one module declares .extern, or a function without its body, is the .visible, .weak or .common one of
 * another. What no kernel and no variable leads to is left out. Knows nothing of files. */
#ifndef SG_PTX_LINK_H
#define SG_PTX_LINK_H

#include "ptx.h"

struct sg_link_input {
    struct ptx_module *module;
    const char *name;      /* for messages */
    /* CUDA's device runtime: only what is called counts, and what of it leads to a function that nobody has is itself
     * not there, so that the program's own call is named. */
    bool is_runtime;
};

/* Whether the device has a function of that name, so that no module need define it. */
typedef bool sg_link_provides_fn(const char *name);

/* Takes over the modules, also if it fails. Returns 0 and the program, 2, or 200 (CUDA_ERROR_INVALID_IMAGE) with what
 * is wrong in the log, in nvlink's words: references to nothing, names that are defined twice. */
int sg_link_modules(const struct sg_link_input *inputs, uint32_t count, sg_link_provides_fn *provides,
                    struct ptx_log *log, struct ptx_module **out);

/* Tell each name that these modules refer to and nobody has. False: out of memory. The modules stay as they are. */
typedef void sg_link_missing_fn(void *user, const char *name);
bool sg_link_missing(const struct sg_link_input *inputs, uint32_t count, sg_link_provides_fn *provides,
                     sg_link_missing_fn *told, void *user);

/* Whether other modules can refer to that name in this one. */
bool sg_link_defines(const struct ptx_module *module, const char *name);

#endif
