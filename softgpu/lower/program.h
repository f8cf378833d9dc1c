/* Programs: what the driver side (driver/) sees of lowering.
 *
 * A program is a parsed PTX module bound to a context: its global and const variables have addresses. Kernels are
 * lowered when first asked for; but sg_program_create refuses a module that holds any instruction that cannot be
 * lowered, so that what is not implemented fails at load, by name and line, and never at a launch. Of an outline
 * (sg_ptx_parse_outline) that is so for functions; an entry is refused when it is first asked for. */
#ifndef SG_PROGRAM_H
#define SG_PROGRAM_H

#include "../ptx/ptx.h"

struct sg_program;
struct sg_heap;
struct sg_kernel;

/* Where module variables live: the caller allocates device memory, zero-filled or not does not matter. Returns a
 * CUresult. */
typedef int sg_program_alloc_fn(void *user, uint64_t bytes, uint64_t align, uint64_t *address);

/* Take over `module` (freed with the program, also on failure). Returns a CUresult: 0, 218 INVALID_PTX with the line in
 * the log, 2 OUT_OF_MEMORY, 209 NO_BINARY_FOR_GPU never. */
int sg_program_create(struct ptx_module *module, sg_program_alloc_fn *alloc, void *user, struct ptx_log *log,
                      struct sg_program **out);
void sg_program_destroy(struct sg_program *program); /* no grid of it may be running */

/* Whether softgpu has a function of that name, so that no module need define it. */
bool sg_program_provides(const char *name);

/* A visible or other named module-level .global/.const variable. False if there is none of that name. */
bool sg_program_global(const struct sg_program *program, const char *name, uint64_t *address, uint64_t *bytes);
/* True if it has .attribute(.managed). */
bool sg_program_is_managed(const struct sg_program *program, const char *name);
/* The first managed variable from number `*next` on, which becomes the number behind it. False if there is none. */
bool sg_program_next_managed(const struct sg_program *program, uint32_t *next, uint64_t *address, uint64_t *bytes);

/* A texture or surface reference (enum ptx_opaque): where the number of its object is. */
bool sg_program_reference(const struct sg_program *program, const char *name, unsigned opaque, uint64_t *address);

/* Whether kernels may call malloc or free: then it needs a heap before the first of them is launched. The heap stays
 * the caller's. */
bool sg_program_wants_heap(const struct sg_program *program);
void sg_program_set_heap(struct sg_program *program, struct sg_heap *heap);

uint32_t sg_program_kernel_count(const struct sg_program *program);
struct sg_kernel *sg_program_kernel_at(struct sg_program *program, uint32_t i); /* in the order of the text */
struct sg_kernel *sg_program_kernel(struct sg_program *program, const char *name); /* NULL if none */

struct sg_kernel_param {
    uint32_t offset, bytes;
};
struct sg_kernel_info {
    const char *name;
    const struct sg_kernel_param *params;
    uint32_t param_count, param_bytes;
    uint32_t shared_bytes, local_bytes, registers; /* once it is prepared; shared_bytes: static */
    uint32_t const_bytes;
    uint32_t max_threads; /* per block: 1024, or .maxntid's / .reqntid's product */
    uint32_t reqntid[3]; /* 0 if not written */
    uint32_t ptx_version; /* 10 * major + minor of .version, e.g. 75 for the .target: see target */
    uint32_t target; /* of .target sm_NN: NN */
};
const struct sg_kernel_info *sg_kernel_info(const struct sg_kernel *kernel); /* never NULL */

/* Lay out and lower the kernel and all it can call, once (milliseconds for a large one). Any thread may ask. Returns a
 * CUresult. */
int sg_kernel_prepare(const struct sg_kernel *asked);
/* Why that returned 218: the body of an entry, read only then, cannot be run. */
const char *sg_kernel_trouble(const struct sg_kernel *kernel);

#endif
