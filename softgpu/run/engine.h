/* What runs lowered code: fragments, teams, blocks, grids. Only run/ and the operations of isa/ that touch memory see
 * it.
 *
 * Theory of operation. A block is cut into teams of SG_LANES threads; a team is a lane group plus its control state.
 * The lanes of a team are spread over fragments: a fragment is a set of lanes that stand at one instruction of one
 * activation. The runnable fragment of the deepest activation, and there of the lowest instruction, runs first;
 * fragments that meet become one. So loops and branches reconverge without an analysis of the control flow. A
 * fragment that waits (at a barrier, for the lanes of a collective) is not runnable; a fragment that branched
 * backwards very often yields to the others, so that a spinning lane cannot starve the one it waits for. When every
 * fragment of a team waits or has yielded, the next team of the block runs; when no team can run, the block is
 * deadlocked.
 *
 * An activation is one call of a function by a set of lanes: it owns the columns of the function. Lanes that call from
 * the same place of the same activation share one, also if they come at different times: their lanes of the columns
 * are disjoint. */
#ifndef SG_ENGINE_H
#define SG_ENGINE_H

#include <stdatomic.h>

#include "../lower/code.h"
#include "../lower/control.h"
#include "grid.h"
#include "group.h"

/* Sets of lanes of a team. */
struct sg_lanes {
    uint32_t w[SG_WARPS];
};

struct sg_activation {
    const struct sg_code *code;
    unsigned char *frame;
    struct sg_activation *parent; /* NULL for the kernel itself */
    struct sg_activation *next; /* in the team's list of live ones, or in the block's list of free ones */
    const struct sg_call *call; /* of the parent's code */
    uint32_t call_pc; /* where the parent called */
    uint32_t depth;
    uint32_t stack_base; /* of this call in each lane's local memory */
    uint32_t users; /* fragments and activations that refer to it */
};

enum sg_fragment_state { SG_RUNNABLE, SG_AT_COLLECTIVE, SG_AT_WARP_SYNC, SG_AT_BARRIER };
struct sg_fragment {
    struct sg_activation *activation;
    uint32_t pc;
    uint8_t state;
    bool yielded;
    uint8_t barrier;
    uint32_t spins;
    struct sg_lanes lanes;
};

/* What is known of an address column, see access.c. */
struct sg_survey {
    uint64_t epoch;
    uint32_t id;
    bool runs, even; /* each run of lanes goes up by `step`; so does the whole column */
    uint64_t step, first, min, max;
    uint64_t differ; /* bits in which addresses differ from the first */
};
#define SG_SURVEYS 16
#define SG_RUN 8u
#define SG_STEP_MAX 32u

/* A lane group and its control state. */
struct sg_team {
    struct sg_group group; /* first: operations get a pointer to it */
    uint32_t stack_base; /* of the running activation */
    uint32_t number; /* in the block */
    uint64_t epoch; /* changes with every branch and every change of the active lanes */
    struct sg_survey surveys[SG_SURVEYS];
    struct sg_lanes exist, alive;
    struct sg_activation top;
    struct sg_activation *live; /* activations of calls */
    const struct sg_activation *running;
    uint32_t fragment_count;
    struct sg_fragment fragments[SG_LANES];
    uint8_t bytes[SG_LANES]; /* group.mask points here */
    bool sleeps; /* some thread has slept; else `slept` holds anything */
    uint64_t slept[SG_LANES]; /* see sleep.c: what of the worker's sleep each thread has had */
    uint64_t filled_code, filled_launch; /* serials of what the top frame's columns have been filled for */
};

#define SG_TEAMS_MAX (1024 / SG_LANES)
#define SG_ACTIVATIONS_MAX 16384u /* of one block */
#define SG_CALL_FRAMES ((uint64_t)128 << 20) /* bytes of address range for the frames of calls of one block */

/* A barrier of a block: who has arrived in this phase. */
struct sg_barrier {
    struct sg_lanes arrived[SG_TEAMS_MAX];
    uint32_t expected; /* threads; 0: all of the block */
    uint32_t red_and, red_or, red_count;
};

/* A block that runs, with its memory. It belongs to a worker and is used for one block after another. */
struct sg_block {
    struct sg_grid *grid;
    const struct sg_kernel *kernel;
    uint32_t ctaid[3];
    uint32_t threads, team_count, alive;
    uint64_t code_serial, launch_serial; /* what the memory has been laid out for */
    uint64_t events; /* barriers completed: what shows that threads get on */
    bool stop; /* after a fault: no operation of this block runs any more */
    unsigned char *shared;
    uint32_t shared_bytes;
    uint64_t shared_room;
    unsigned char *stack; /* local memory of thread t: stack + t * stack_stride */
    uint64_t stack_stride, stack_room;
    unsigned char *frames; /* top frames of the teams, then those of activations */
    uint64_t frames_room, frames_used;
    struct sg_activation *spare; /* activations that are free, their frames still filled */
    struct sg_activation *pool;
    uint32_t pool_used;
    uint32_t smid, nsmid; /* number of the worker; how many there are */
    uint32_t barriers_busy; /* a bit for each with arrivals */
    struct sg_barrier barriers[SG_BARRIERS];
    struct sg_team teams[SG_TEAMS_MAX];
};

struct sg_grid {
    struct sg_launch launch;
    uint64_t serial; /* unique in the process */
    uint64_t blocks;
    atomic_ullong next, done;
    atomic_bool cancelled;
    atomic_int fault_claimed;
    atomic_bool faulted;
    struct sg_fault_info fault;
    uint32_t workspace[16]; /* of cooperative groups: %envreg1 and %envreg2 */
    _Alignas(16) unsigned char params[];
};

/* Bytes of shared memory of each block. */
uint32_t sg_grid_shared_bytes(const struct sg_launch *launch);

/* Claim up to `wanted` blocks: [*first, *first + returned). Each claimed block is counted once when it has ended. */
uint64_t sg_grid_claim(struct sg_grid *grid, uint64_t wanted, uint64_t *first);
void sg_grid_count_done(struct sg_grid *grid, uint64_t blocks);

static inline struct sg_team *sg_team_of(struct sg_group *g)
{
    return (struct sg_team *)(void *)g;
}

#endif
