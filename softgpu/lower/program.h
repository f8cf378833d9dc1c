/* Programs and grids: what the driver side (driver/) sees of the executor.
 *
 * A program is a parsed PTX module bound to a context: its global and const variables have addresses. Kernels are
 * lowered when first asked for; but sg_program_create refuses a module that holds any instruction that cannot be
 * lowered, so that what is not implemented fails at load, by name and line, and never at a launch. A grid is one
 * launch. The driver's workers call sg_grid_step until it says that there is no block left to claim; the executor has
 * no threads of its own. */
#ifndef SG_PROGRAM_H
#define SG_PROGRAM_H

#include "../ptx/ptx.h"

struct sg_program;
struct sg_heap;
struct sg_kernel;
struct sg_grid;
struct sg_worker;      /* scratch memory of one worker thread: frames, shared memory, local memory */

/* Where module variables live: the caller allocates device memory, zero-filled or not does not matter. Returns a
 * CUresult. */
typedef int sg_program_alloc_fn(void *user, uint64_t bytes, uint64_t align, uint64_t *address);

/* Take over `module` (freed with the program, also on failure). Returns a CUresult: 0, 218 INVALID_PTX with the line in
 * the log, 2 OUT_OF_MEMORY, 209 NO_BINARY_FOR_GPU never. */
int sg_program_create(struct ptx_module *module, sg_program_alloc_fn *alloc, void *user, struct ptx_log *log,
                      struct sg_program **out);
void sg_program_destroy(struct sg_program *program); /* no grid of it may be running */

/* A visible or other named module-level .global/.const variable. False if there is none of that name. */
bool sg_program_global(const struct sg_program *program, const char *name, uint64_t *address, uint64_t *bytes);

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
    uint32_t shared_bytes; /* static */
    uint32_t const_bytes, local_bytes, registers;
    uint32_t max_threads; /* per block: 1024, or .maxntid's / .reqntid's product */
    uint32_t reqntid[3]; /* 0 if not written */
    uint32_t ptx_version; /* 10 * major + minor of .version, e.g. 75 for the .target: see target */
    uint32_t target; /* of .target sm_NN: NN */
};
/* Lowers the kernel if that has not been done yet (milliseconds for a large one); never NULL. */
const struct sg_kernel_info *sg_kernel_info(const struct sg_kernel *kernel);
const char *sg_kernel_name(const struct sg_kernel *kernel); /* at once */

struct sg_launch {
    const struct sg_kernel *kernel;
    uint32_t grid[3], block[3]; /* all at least 1; at most 1024 threads a block */
    uint32_t shared_dynamic;
    const void *params; /* param_bytes, copied by sg_grid_begin */
    bool cooperative;
    uint64_t grid_id;
};

/* What went wrong in a grid; result 0 if nothing did. */
struct sg_fault_info {
    int result; /* CUresult: 700, 715, 716, 717, 719, 710 */
    uint64_t address;
    uint32_t block[3], thread[3], line;
    char what[96]; /* "invalid read of 4 bytes", ... */
};

/* Memory for a grid is caller-provided so that a launch needs no malloc: sg_grid_bytes() bytes + param_bytes. */
size_t sg_grid_bytes(const struct sg_launch *launch);
struct sg_grid *sg_grid_begin(void *memory, const struct sg_launch *launch);

/* Claim one block (a cooperative grid: all of them) and run it to its end in this thread. Returns false if there was
 * none left to claim. May be called by several workers at once. */
bool sg_grid_step(struct sg_grid *grid, struct sg_worker *worker);

/* True once every block has ended (or was dropped after a fault). */
bool sg_grid_finished(const struct sg_grid *grid);
const struct sg_fault_info *sg_grid_fault(const struct sg_grid *grid);
void sg_grid_cancel(struct sg_grid *grid); /* no further block starts; running ones stop soon */

/* The largest number of resident blocks that a cooperative grid may have. */
uint32_t sg_grid_cooperative_max(const struct sg_kernel *kernel, uint32_t threads, uint32_t shared_bytes);

struct sg_worker *sg_worker_create(void); /* NULL if out of memory */
void sg_worker_destroy(struct sg_worker *worker);

#endif
