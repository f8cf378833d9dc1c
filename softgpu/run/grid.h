/* Grids: what the driver side (driver/) sees of running.
 *
 * A grid is one launch. The driver's workers call sg_worker_step until it says that there is no block left to claim;
 * the executor has no threads of its own. */
#ifndef SG_GRID_H
#define SG_GRID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sg_grid;
struct sg_kernel;
struct sg_worker;      /* scratch memory of one worker thread: frames, shared memory, local memory */

struct sg_launch {
    const struct sg_kernel *kernel;
    uint32_t grid[3], block[3]; /* all at least 1; at most 1024 threads a block */
    uint32_t shared_dynamic;
    const void *params; /* param_bytes, copied by sg_grid_begin */
    bool cooperative;
    uint64_t grid_id;
    uint32_t device; /* ordinal: what its kernels may access of memory that is mapped */
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
/* Its kernel must have been prepared: else the grid has a fault, CUDA_ERROR_OUT_OF_MEMORY, from the start. */
struct sg_grid *sg_grid_begin(void *memory, const struct sg_launch *launch);

/* Claim one block (a cooperative grid: all of them) and run it to its end in this thread. Returns false if there was
 * none left to claim. May be called by several workers at once. */
bool sg_worker_step(struct sg_worker *worker, struct sg_grid *grid);

/* True once every block has ended (or was dropped after a fault). */
bool sg_grid_finished(const struct sg_grid *grid);
const struct sg_fault_info *sg_grid_fault(const struct sg_grid *grid);
void sg_grid_cancel(struct sg_grid *grid); /* no further block starts; running ones stop soon */

/* The largest number of resident blocks that a cooperative grid may have. */
uint32_t sg_worker_cooperative_max(const struct sg_kernel *kernel, uint32_t threads, uint32_t shared_bytes);

struct sg_worker *sg_worker_create(void); /* NULL if out of memory */
void sg_worker_destroy(struct sg_worker *worker);

#endif
