/* The state of one lowering: a function of the module on its way to operations. Shared by lower.c, operands.c,
 * columns.c and control.c; families see only lower.h. */
#ifndef SG_LOWERING_H
#define SG_LOWERING_H

#include "code.h"
#include "lower.h"

/* 1, 2, 4, 8 bytes; 16: two columns of 8, one behind the other; 64: sixteen of 4, for one instruction. */
#define SG_WIDTHS 6
#define SG_TEMPS_MAX 96 /* temporaries of one instruction */
#define SG_WIDEN_MAX 16 /* results of one instruction that are narrower than their registers */
#define SG_FILL_HEADS 256

/* Columns that are free again, by width. */
struct sg_free_columns {
    uint32_t *items, count, room;
};

struct sg_widening {
    uint32_t from, to;
    uint8_t from_bytes, to_bytes;
    bool is_signed;
};

struct sg_lower {
    struct sg_program *program;
    const struct ptx_function *function;
    uint32_t function_number;
    const struct sg_kernel *kernel; /* NULL: only check that everything can be lowered */
    struct ptx_log *log;
    bool bad; /* this instruction cannot be lowered */
    bool no_memory;

    struct sg_op *ops;
    uint32_t op_count, op_room;
    uint32_t *starts; /* by instruction: its first operation; one more for the end */

    uint32_t *columns; /* by register */
    uint32_t *versions, version_count; /* by register: number of its present value, 0 if it has none yet */
    bool *pinned, *dropped; /* by register, by instruction: see pinned.c */
    uint32_t *begins, *ends; /* by instruction: first register of a chain that begins or ends to live there */
    uint32_t *next_begin, *next_end; /* by register */
    struct sg_free_columns spare[SG_WIDTHS];
    uint32_t frame_bytes, live_words, live_words_max;

    struct sg_fill *fills;
    uint32_t fill_count, fill_room;
    uint32_t fill_heads[SG_FILL_HEADS], *fill_next;

    struct {
        uint32_t col;
        uint8_t width;
    } temps[SG_TEMPS_MAX];
    uint32_t temp_count;
    struct sg_widening widenings[SG_WIDEN_MAX];
    uint32_t widening_count;
    int32_t guard; /* column of the instruction's guard, or -1 */
    uint32_t carry; /* UINT32_MAX: not used so far */

    uint32_t *sync_before; /* by instruction: how many of the ones before talk to other threads */
    struct sg_call *calls;
    uint32_t call_count, call_room;
};

/* columns.c */
uint32_t sg_columns_take(struct sg_lower *low, unsigned bytes);
void sg_columns_give(struct sg_lower *low, uint32_t col, unsigned bytes);
uint32_t sg_columns_fill(struct sg_lower *low, const struct sg_fill *fill);
bool sg_columns_plan(struct sg_lower *low); /* false: out of memory */
void sg_columns_begin(struct sg_lower *low, uint32_t insn); /* registers that begin to live at this instruction */
void sg_columns_end(struct sg_lower *low, uint32_t insn); /* registers and temporaries that end with it */
void sg_columns_free(struct sg_lower *low);

/* pinned.c. Finds the registers that are constant columns, and the instructions that are not needed then. */
bool sg_pinned_find(struct sg_lower *low); /* false: out of memory */

/* operands.c */
struct sg_op *sg_emit_bare(struct sg_lower *low, const struct sg_op_code *code); /* without a guard */
void sg_operands_widen(struct sg_lower *low, const struct ptx_insn *insn);
/* Where the memory operand lies: the column of its register base, or a constant place. */
struct sg_memory_operand {
    uint8_t space; /* enum ptx_space, with PTX_CONST and known global addresses as PTX_GLOBAL */
    bool has_register;
    bool is_kernel_param, is_stack; /* PTX_PARAM only: which of the two kinds */
    uint32_t col; /* address column if has_register */
    uint8_t col_bytes; /* 4 or 8 */
    int64_t offset; /* from the register, or the whole address */
};
bool sg_operands_memory(struct sg_lower *low, const struct ptx_insn *insn, unsigned k, struct sg_memory_operand *out);
/* A number for the value of the register that operand k reads: it changes with each write of the register. Never 0. */
uint32_t sg_operands_version(struct sg_lower *low, const struct ptx_insn *insn, unsigned k);
bool sg_operands_variable(const struct sg_lower *low, uint32_t variable, struct sg_variable *out);

/* control.c: bra brx call ret exit trap bar barrier bar.warp, and what does nothing here */
sg_lower_fn sg_control_lower;
void sg_control_patch(struct sg_lower *low); /* targets: instruction numbers -> operation numbers */

/* families.c: the families that know an opcode, tried in order; ends with NULL */
sg_lower_fn *const *sg_families_of(unsigned opcode);

/* variables.c: those from `first` on */
int sg_variables_resolve(struct sg_program *program, uint32_t first, struct ptx_log *log);
int sg_variables_bind(struct sg_program *program, uint32_t first);

/* complete.c: read the body of an entry that has not been read, if that is so, and check it. */
int sg_complete_entry(struct sg_program *program, uint32_t function, struct ptx_log *log);

/* lower.c */
int sg_lower_check(struct sg_program *program, uint32_t function, struct ptx_log *log);
int sg_lower_function(struct sg_kernel *kernel, uint32_t function, struct sg_code **out);
void sg_lower_free(struct sg_code *code);

/* layout.c */
/* Instructions with which a thread can wait for another one, if in a loop. */
bool sg_layout_talks(const struct sg_program *program, const struct ptx_insn *insn);
int sg_layout_program(struct sg_program *program);
/* An entry whose body has been read since then, with its variables, which are those from `first` on. */
int sg_layout_function(struct sg_program *program, uint32_t function, uint32_t first);
int sg_layout_kernel(struct sg_kernel *kernel, bool *reachable);

#endif
