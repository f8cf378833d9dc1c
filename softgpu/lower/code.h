/* Lowered code, and what is known of a program and its kernels: lowering makes it, running reads it. */
#ifndef SG_LOWER_CODE_H
#define SG_LOWER_CODE_H

#include <stdatomic.h>

#include "../run/group.h"
#include "program.h"

#define SG_STACK_CALLS (64u << 10) /* bytes a lane when the depth of calls is not known */
#define SG_STACK_MAX (2u << 20) /* bytes a lane at most, of a kernel */
#define SG_CALL_BYTES 16u /* stack that every call takes, so that recursion is bounded */

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
    int refused; /* what the reading of its body has ended with, if that is final */
    char *trouble; /* why, or NULL */
    bool calls; /* has any call that needs an activation */
    atomic_bool ready;
};

struct sg_program {
    struct ptx_module *module;
    struct sg_variable *variables;
    struct sg_function *functions;
    struct sg_kernel *kernels;
    uint32_t kernel_count;
    sg_program_alloc_fn *alloc; /* of memory for variables */
    void *user;
    uint32_t global_count; /* variables with which it was made: none that is read later is the module's */
    bool functions_talk; /* some function that can be called has an instruction that can wait for another thread */
    struct sg_heap *heap; /* NULL until a kernel that may call malloc or free is launched */
};

/* What a pointer to a function is: an address that nothing else has, and that no load can read. */
static inline uint64_t sg_program_function_address(uint32_t function)
{
    return ((uint64_t)function + 1) << 4;
}

#endif
