/* The executor's own structures: lowered code, fragments, teams, blocks. Only lower/, run/, isa/memory.c and
 * isa/move.c see them.
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

#include "group.h"
#include "../lower/program.h"

enum sg_op_kind {
    SG_OP_PLAIN, /* cannot fault, no guard */
    SG_OP_CHECKED, /* may fault, no guard */
    SG_OP_GUARDED, /* has a guard, may fault */
    SG_OP_COLLECTIVE, /* waits for the lanes of its membermask; may have a guard */
    SG_OP_WARP_SYNC, /* bar.warp.sync: the same, but any bar.warp.sync of the others will do */
    SG_OP_BRANCH, /* imm: target operation; aux: weight of a backward branch, 0 for a forward one */
    SG_OP_BRANCH_INDEX, /* col[0]: index; imm: number of the target list of the code */
    SG_OP_CALL, /* imm: number of the call of the code; col[0]: address of an indirect one */
    SG_OP_RETURN,
    SG_OP_EXIT,
    SG_OP_BARRIER, /* aux: enum sg_barrier_form; imm: see control.h; col[2] source and col[3] result of bar.red */
    SG_OP_SLEEP, /* col[0]: nanoseconds */
    SG_OP_TRAP /* imm: the CUresult */
};

/* A column that is filled before the function runs, and never written by it. */
enum sg_fill_when { SG_FILL_ONCE, SG_FILL_LAUNCH, SG_FILL_BLOCK };
enum sg_fill_kind { SG_FILL_CONSTANT, SG_FILL_SREG, SG_FILL_PARAM };
struct sg_fill {
    uint32_t col;
    uint8_t bytes, when, kind;
    uint8_t sreg, component;
    uint64_t value; /* of a constant; offset of a kernel parameter */
};

/* An argument or result of a call: bytes that move between the stacks of caller and callee, or from a column. */
struct sg_argument {
    uint32_t bytes;
    uint32_t stack; /* offset in the caller's stack frame */
    uint32_t col; /* column (of `bytes` a lane) if from_column */
    bool from_column;
};

struct sg_call {
    bool indirect;
    uint32_t function; /* direct: number of the function */
    uint32_t result_count, argument_count;
    struct sg_argument *results, *arguments;
};

struct sg_target_list {
    uint32_t *targets, count;
};

/* What a function's stack frame holds for its caller: where its parameters and results lie. */
struct sg_slot {
    uint32_t stack, bytes;
};

/* A function, lowered for one kernel. */
struct sg_code {
    uint64_t serial; /* unique in the process */
    uint32_t function; /* its number in the module */
    struct sg_op *ops;
    uint32_t op_count;
    uint32_t frame_bytes; /* of its columns */
    uint32_t stack_bytes; /* per lane: .local variables, .param variables */
    struct sg_fill *fills;
    uint32_t fill_count;
    struct sg_call *calls;
    uint32_t call_count;
    struct sg_target_list *lists;
    uint32_t list_count;
    uint32_t registers; /* 32-bit registers alive at once at most */
};

/* A variable of the program: where it lies. Shared variables lie differently in each kernel. */
enum sg_place {
    SG_PLACE_NONE,
    SG_PLACE_ADDRESS,
    SG_PLACE_STACK,
    SG_PLACE_KERNEL_PARAM,
    SG_PLACE_SHARED,
    SG_PLACE_EXTERN
};
struct sg_variable {
    uint8_t place;
    uint32_t function;
    uint64_t value;
};

/* A function of the module, before it is lowered for a kernel. */
struct sg_function {
    uint32_t stack_bytes;
    struct sg_slot *params, *results;
    bool address_taken, calls_indirectly;
    uint8_t builtin; /* enum sg_builtin: 0 for a function with a body */
};

struct sg_shared_var {
    uint32_t variable, offset;
};

struct sg_kernel {
    struct sg_program *program;
    uint32_t function; /* number in the module */
    struct sg_kernel_info info;
    struct sg_code **code; /* by function number; NULL if this kernel cannot reach it */
    struct sg_shared_var *shared;
    uint32_t shared_count;
    uint32_t shared_dynamic_at; /* where dynamic shared memory begins */
    uint32_t stack_bytes; /* per lane, of the deepest chain of calls */
    bool calls; /* has any call that needs an activation */
    atomic_bool ready;
};

struct sg_program {
    struct ptx_module *module;
    struct sg_variable *variables;
    struct sg_function *functions;
    struct sg_kernel *kernels;
    uint32_t kernel_count;
    bool functions_talk; /* some function that can be called has an instruction that can wait for another thread */
    struct sg_heap *heap; /* NULL until a kernel that may call malloc or free is launched */
};

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
#define SG_BARRIERS 16
#define SG_ACTIVATIONS_MAX 16384u /* of one block */
#define SG_CALL_FRAMES ((uint64_t)128 << 20) /* bytes of address range for the frames of calls of one block */
#define SG_STACK_CALLS (64u << 10) /* bytes a lane when the depth of calls is not known */
#define SG_STACK_MAX (2u << 20) /* bytes a lane at most, of a kernel */
#define SG_CALL_BYTES 16u /* stack that every call takes, so that recursion is bounded */

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
    uint32_t smid;
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

/* What a pointer to a function is: an address that nothing else has, and that no load can read. */
static inline uint64_t sg_program_function_address(uint32_t function)
{
    return ((uint64_t)function + 1) << 4;
}

/* Workers that exist in the process: %nsmid. */
uint32_t sg_worker_count(void);

uint32_t sg_grid_shared_bytes(const struct sg_launch *launch);

static inline struct sg_team *sg_team_of(struct sg_group *g)
{
    return (struct sg_team *)(void *)g;
}

#endif
