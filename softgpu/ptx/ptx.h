/* A PTX module, parsed: what the text says, with every name resolved to a number.
 *
 * The front end (ptx/) turns text into these structures and knows nothing of execution; lower/ lowers them and
 * knows nothing of text. All arrays belong to the module's arena and live until sg_ptx_free.
 * Source of the language: PTX ISA manual, sections named at each structure. */
#ifndef SG_PTX_H
#define SG_PTX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Fundamental types (PTX ISA 5.2). The order within a group is by size. */
enum ptx_type {
    PTX_NONE,
    PTX_PRED,
    PTX_B8,
    PTX_B16,
    PTX_B32,
    PTX_B64,
    PTX_B128,
    PTX_U8,
    PTX_U16,
    PTX_U32,
    PTX_U64,
    PTX_S8,
    PTX_S16,
    PTX_S32,
    PTX_S64,
    PTX_F16,
    PTX_BF16,
    PTX_F32,
    PTX_F64,
    PTX_F16X2,
    PTX_BF16X2,
    PTX_U16X2,
    PTX_S16X2,
    PTX_U2,
    PTX_S2,
    PTX_U4,
    PTX_S4,                  /* of cvt.pack only */
    PTX_F32X2,
    PTX_TF32,
    PTX_E4M3X2,
    PTX_E5M2X2,     /* parsed so that lowering can refuse them by name */
    PTX_TYPE_COUNT
};

enum ptx_space { PTX_GENERIC, PTX_REG, PTX_GLOBAL, PTX_SHARED, PTX_LOCAL, PTX_CONST, PTX_PARAM };

enum ptx_op {
#define X(name, text) PTX_##name,
#include "opcodes.def"
#undef X
    PTX_OP_COUNT
};

/* Modifiers, each a small enum whose zero means "not written". */
enum ptx_round { PTX_RND_NONE, PTX_RN, PTX_RZ, PTX_RM, PTX_RP, PTX_RNI, PTX_RZI, PTX_RMI, PTX_RPI, PTX_RNA };
enum ptx_half { PTX_HALF_NONE, PTX_LO, PTX_HI, PTX_WIDE };
/* setp/set comparisons (PTX ISA 9.3, 9.7.6). LO LS HI HS are the unsigned spellings of LT LE GT GE. */
enum ptx_cmp {
    PTX_CMP_NONE,
    PTX_EQ,
    PTX_NE,
    PTX_LT,
    PTX_LE,
    PTX_GT,
    PTX_GE,
    PTX_CMP_LO,
    PTX_CMP_LS,
    PTX_CMP_HI,
    PTX_CMP_HS,
    PTX_EQU,
    PTX_NEU,
    PTX_LTU,
    PTX_LEU,
    PTX_GTU,
    PTX_GEU,
    PTX_NUM,
    PTX_NAN
};
enum ptx_bool { PTX_BOOL_NONE, PTX_BOOL_AND, PTX_BOOL_OR, PTX_BOOL_XOR };
/* The operation of atom, red, redux, bar.red (second word of the opcode). */
enum ptx_atom {
    PTX_ATOM_NONE,
    PTX_ATOM_ADD,
    PTX_ATOM_MIN,
    PTX_ATOM_MAX,
    PTX_ATOM_INC,
    PTX_ATOM_DEC,
    PTX_ATOM_AND,
    PTX_ATOM_OR,
    PTX_ATOM_XOR,
    PTX_ATOM_EXCH,
    PTX_ATOM_CAS,
    PTX_ATOM_POPC
};
/* shfl, vote, match, shf, prmt, testp, bar/barrier, isspacep/cvta, fence modes. */
enum ptx_mode {
    PTX_MODE_NONE,
    PTX_SHFL_UP,
    PTX_SHFL_DOWN,
    PTX_SHFL_BFLY,
    PTX_SHFL_IDX,
    PTX_VOTE_ALL,
    PTX_VOTE_ANY,
    PTX_VOTE_UNI,
    PTX_VOTE_BALLOT,
    PTX_MATCH_ANY,
    PTX_MATCH_ALL,
    PTX_SHF_L,
    PTX_SHF_R,
    PTX_PRMT_F4E,
    PTX_PRMT_B4E,
    PTX_PRMT_RC8,
    PTX_PRMT_ECL,
    PTX_PRMT_ECR,
    PTX_PRMT_RC16,
    PTX_TESTP_FINITE,
    PTX_TESTP_INFINITE,
    PTX_TESTP_NUMBER,
    PTX_TESTP_NOTANUMBER,
    PTX_TESTP_NORMAL,
    PTX_TESTP_SUBNORMAL,
    PTX_BAR_SYNC,
    PTX_BAR_ARRIVE,
    PTX_BAR_RED,
    PTX_GRIDDEP_LAUNCH,
    PTX_GRIDDEP_WAIT,
    PTX_ASYNC_COMMIT,
    PTX_ASYNC_WAIT,
    PTX_ASYNC_WAIT_ALL
};
enum ptx_sem {
    PTX_SEM_NONE,
    PTX_SEM_WEAK,
    PTX_SEM_RELAXED,
    PTX_SEM_ACQUIRE,
    PTX_SEM_RELEASE,
    PTX_SEM_ACQ_REL,
    PTX_SEM_SC,
    PTX_SEM_VOLATILE
};
enum ptx_scope { PTX_SCOPE_NONE, PTX_SCOPE_CTA, PTX_SCOPE_CLUSTER, PTX_SCOPE_GPU, PTX_SCOPE_SYS };

/* Textures and surfaces (PTX ISA 9.7.10, 9.7.11). */
enum ptx_geometry { PTX_GEOMETRY_NONE, PTX_1D, PTX_2D, PTX_3D, PTX_A1D, PTX_A2D, PTX_CUBE, PTX_ACUBE };
enum ptx_mip { PTX_MIP_NONE, PTX_MIP_BASE, PTX_MIP_LEVEL, PTX_MIP_GRAD };
enum ptx_component { PTX_COMPONENT_NONE, PTX_COMPONENT_R, PTX_COMPONENT_G, PTX_COMPONENT_B, PTX_COMPONENT_A };
enum ptx_query {
    PTX_QUERY_NONE,
    PTX_QUERY_WIDTH,
    PTX_QUERY_HEIGHT,
    PTX_QUERY_DEPTH,
    PTX_QUERY_DATA_TYPE,
    PTX_QUERY_ORDER,
    PTX_QUERY_NORMALIZED,
    PTX_QUERY_UNNORMALIZED,
    PTX_QUERY_ARRAY_SIZE,
    PTX_QUERY_LEVELS,
    PTX_QUERY_SAMPLES,
    PTX_QUERY_LAYOUT,
    PTX_QUERY_FILTER,
    PTX_QUERY_ADDRESS_0,
    PTX_QUERY_ADDRESS_1,
    PTX_QUERY_ADDRESS_2
};
enum ptx_bounds { PTX_BOUNDS_NONE, PTX_BOUNDS_TRAP, PTX_BOUNDS_CLAMP, PTX_BOUNDS_ZERO };

struct ptx_mods {
    uint8_t round, half, cmp, boolop, atom, mode, sem, scope;
    /* bar is barrier.aligned; .shared::cta and .shared::cluster are both PTX_SHARED (no instruction that softgpu
     * knows makes the address of another block's memory); .param::entry and .param::func are PTX_PARAM; membar's gl
     * is PTX_SCOPE_GPU. Cache operators, eviction priorities, prefetch sizes and .L2::cache_hint with its operand
     * are read and dropped. */
    uint8_t space;          /* state space of ld st atom red cvta isspacep prefetch; PTX_GENERIC if none written */
    uint8_t vec;            /* 0 scalar, else 2, 4 or 8 */
    bool ftz, sat, approx, full, cc, uni, sync, to, nc, wrap, clamp, shiftamt, aligned, relu, satfinite, noftz;
    bool nan, xorsign_abs;  /* .NaN and .xorsign.abs of min and max */
    uint8_t geometry, mip, component, query, bounds; /* of textures and surfaces */
};

/* Special registers (PTX ISA 10). Vector ones carry the component in ptx_operand.component. */
enum ptx_sreg {
    PTX_SREG_TID,
    PTX_SREG_NTID,
    PTX_SREG_CTAID,
    PTX_SREG_NCTAID,
    PTX_SREG_LANEID,
    PTX_SREG_WARPID,
    PTX_SREG_NWARPID,
    PTX_SREG_SMID,
    PTX_SREG_NSMID,
    PTX_SREG_GRIDID,
    PTX_SREG_LANEMASK_EQ,
    PTX_SREG_LANEMASK_LE,
    PTX_SREG_LANEMASK_LT,
    PTX_SREG_LANEMASK_GE,
    PTX_SREG_LANEMASK_GT,
    PTX_SREG_CLOCK,
    PTX_SREG_CLOCK_HI,
    PTX_SREG_CLOCK64,
    PTX_SREG_GLOBALTIMER,
    PTX_SREG_GLOBALTIMER_LO,
    PTX_SREG_GLOBALTIMER_HI,
    PTX_SREG_DYNAMIC_SMEM_SIZE,
    PTX_SREG_TOTAL_SMEM_SIZE,
    PTX_SREG_ENVREG,
    PTX_SREG_CLUSTERID,
    PTX_SREG_NCLUSTERID,
    PTX_SREG_CLUSTER_CTAID,
    PTX_SREG_CLUSTER_NCTAID,
    PTX_SREG_CLUSTER_CTARANK,
    PTX_SREG_CLUSTER_NCTARANK,
    PTX_SREG_IS_EXPLICIT_CLUSTER
};

enum ptx_operand_kind {
    PTX_OPD_REG,        /* index: register of the function */
    PTX_OPD_INT,        /* value: integer immediate, sign-extended to 64 bits */
    PTX_OPD_F32,        /* value: bits of an f32 immediate (0f........) */
    PTX_OPD_F64,        /* value: bits of an f64 immediate (0d................ or decimal) */
    PTX_OPD_VAR,        /* index: variable, value: byte offset; its address, or with mem set the memory at it */
    PTX_OPD_SREG,       /* index: enum ptx_sreg, component: 0 x 1 y 2 z 3 w; for ENVREG its number */
    PTX_OPD_LABEL,      /* index: instruction number the label stands before (may equal the instruction count) */
    PTX_OPD_TARGETS,    /* index: target list: of brx.idx (instruction numbers) or .calltargets (functions) */
    PTX_OPD_FUNC,       /* index: function of the module (call target, or address of a function in mov) */
    PTX_OPD_PROTO,      /* index: .callprototype (last operand of an indirect call) */
    PTX_OPD_VEC,        /* {a, b, ...}: `count` operands from `first` */
    PTX_OPD_LIST,       /* (a, b, ...): arguments or results of call, same fields */
    PTX_OPD_SINK        /* _ */
};

struct ptx_operand {
    uint8_t kind;
    uint8_t component;
    bool mem;           /* written in [brackets] */
    bool negated;       /* !%p */
    bool base_reg;      /* mem: [reg + value], index is the register; with kind VAR: [var + value] */
    uint32_t index;
    uint32_t first, count;   /* into ptx_function.operands */
    int64_t value;
};

/* The operands stand in the order written, with three exceptions. `d|p` becomes two operands, and `pair` says so.
 * call always has results, target, arguments: LIST, FUNC or REG, LIST (a list that is not written has count 0), and if
 * written a fourth, PROTO or TARGETS. The elements of a list may be variables (.param), registers or immediates.
 * The policy operand of .L2::cache_hint is dropped. [a, b, c] of a texture or surface becomes three operands: handle,
 * sampler (a SINK unless it is written) and coordinates; the handle is `mem`. */
struct ptx_insn {
    const char *name;        /* as written, "cvt.rni.s32.f32" */
    uint16_t op;             /* enum ptx_op */
    uint8_t type_count;
    uint8_t types[4];        /* enum ptx_type, in the order written: result first */
    struct ptx_mods mods;
    int32_t guard;           /* predicate register of @p, or -1 */
    bool guard_negated, pair;
    uint8_t operand_count;
    uint32_t operands; /* first one, in ptx_function.operands; shfl's and setp's `d|p` are two operands in order */
    uint32_t line; /* 1-based line of the text */
    uint32_t
        used_bytes; /* of a load: a bit for each byte that the program will look at, the lowest for the first one */
};

/* A register. One of a range `%r<10>` has the range's prefix as its name and its number; any other has number -1. */
struct ptx_reg {
    const char *name;
    uint8_t type;
    int32_t number;
};

/* What another module of the same program may see of a variable or function (PTX ISA 11.6). */
enum ptx_linkage { PTX_LINK_LOCAL, PTX_LINK_EXTERN, PTX_LINK_COMMON, PTX_LINK_WEAK, PTX_LINK_VISIBLE };

/* A variable: global or const (module level), shared (module or function level), local, or .param.
 * `init` (may be NULL: zeroes) has `size` bytes; relocations add addresses of other variables or functions. */
struct ptx_reloc {
    uint32_t offset;
    bool is_function, generic;
    uint32_t index;
    int64_t addend;
    uint8_t width, shift;
};
enum ptx_opaque { PTX_OPAQUE_NONE, PTX_TEXREF, PTX_SAMPLERREF, PTX_SURFREF };
struct ptx_var {
    const char *name;
    uint8_t space, type, visible; /* visible: can be found by cuModuleGetGlobal */
    uint8_t linkage; /* enum ptx_linkage */
    bool managed; /* .attribute(.managed) */
    uint8_t opaque; /* enum ptx_opaque: its memory is a handle */
    bool external; /* .extern: bound to a definition of the module, or, if .shared and of size 0, dynamic */
    uint32_t align;
    uint64_t size; /* bytes; 0 for `.extern .shared x[]` */
    const uint8_t *init;
    struct ptx_reloc *relocs;
    uint32_t reloc_count;
};

struct ptx_target_list {
    uint32_t *targets;
    uint32_t count;
    bool is_call;
};

/* A parameter of an entry or function: its variable plus, for an entry, the byte offset in the parameter block. */
struct ptx_param {
    uint32_t var;
    uint32_t offset;
};

struct ptx_proto {
    uint32_t result_bytes[1];
    uint32_t result_count, param_count;
    struct ptx_var *results, *params;
};

struct ptx_function {
    const char *name;
    bool is_entry, has_body, noreturn, visible;
    bool is_outline; /* it has a body, which has not been read yet: sg_ptx_complete */
    uint8_t linkage; /* enum ptx_linkage */
    uint32_t line;
    struct ptx_reg *regs;
    uint32_t reg_count;
    struct ptx_insn *insns;
    uint32_t insn_count;
    struct ptx_operand *operands;
    uint32_t operand_count;
    struct ptx_target_list *target_lists;
    uint32_t target_list_count;
    struct ptx_proto *protos;
    uint32_t proto_count;
    struct ptx_param *params;
    uint32_t param_count; /* inputs, in order */
    struct ptx_param *results;
    uint32_t result_count; /* .func results */
    uint32_t param_bytes; /* of an entry's parameter block */
    uint32_t maxntid[3], reqntid[3], minnctapersm, maxnreg; /* 0: not written */
    uint32_t reqnctapercluster[3];
};

struct ptx_module {
    uint32_t version_major, version_minor, target_sm;
    bool maps_f64; /* .target map_f64_to_f32 */
    struct ptx_var *vars;
    uint32_t var_count; /* all variables of the module and of its functions */
    uint32_t var_room; /* of an outline: how many there can be once all is read; 0: no more than there are */
    struct ptx_function *functions;
    uint32_t function_count;
    struct ptx_arena *arena;
    struct sg_parser *parser; /* of an outline, or NULL */
};

/* Where errors go: a bounded text, written as `ptxas` does: "line 12; error   : Unknown instruction 'foo.bar'". */
struct ptx_log {
    char *text;
    size_t size, used;
};

/* Append one line: "line N; error   : <message>". What does not fit is cut off; the text always ends with a NUL.
 * `log` may be
 * NULL. Lowering uses it, too.  */
void sg_ptx_log_error(struct ptx_log *log, uint32_t line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Append a line that is about no line of the text. */
void sg_ptx_log_say(struct ptx_log *log, const char *text);

/* Parse `size` bytes of PTX text. Returns 0 and the module, or a CUresult: 218 INVALID_PTX (syntax, unknown
 * instruction or modifier, with the line in the log), 222 UNSUPPORTED_PTX_VERSION, 2 OUT_OF_MEMORY.
 * On failure *out is not written. Parsing a text twice gives equal modules; no global state is touched. */
int sg_ptx_parse(const char *text, size_t size, struct ptx_log *log, struct ptx_module **out);
void sg_ptx_free(struct ptx_module *module);

/* The same, but the bodies of entries are only passed over: ten times as fast for a text of megabytes, of which a
 * program uses little. What is wrong with one comes to light when it is read: one thread at a time, before anything
 * else looks at the function. Returns what sg_ptx_parse returns; after an error the function can be tried again. */
int sg_ptx_parse_outline(const char *text, size_t size, struct ptx_log *log, struct ptx_module **out);
int sg_ptx_complete(struct ptx_module *module, uint32_t function, struct ptx_log *log);

/* The instruction as written, for error messages ("cvt.rni.s32.f32"); never NULL. Returns the length. */
size_t sg_ptx_print(const struct ptx_insn *insn, char *buffer, size_t size);

static inline unsigned ptx_type_bytes(enum ptx_type t)
{
    static const uint8_t bytes[PTX_TYPE_COUNT] = {
        [PTX_PRED] = 1,  [PTX_B8] = 1,     [PTX_B16] = 2,   [PTX_B32] = 4,   [PTX_B64] = 8,    [PTX_B128] = 16,
        [PTX_U8] = 1,    [PTX_U16] = 2,    [PTX_U32] = 4,   [PTX_U64] = 8,   [PTX_S8] = 1,     [PTX_S16] = 2,
        [PTX_S32] = 4,   [PTX_S64] = 8,    [PTX_F16] = 2,   [PTX_BF16] = 2,  [PTX_F32] = 4,    [PTX_F64] = 8,
        [PTX_F16X2] = 4, [PTX_BF16X2] = 4, [PTX_U16X2] = 4, [PTX_S16X2] = 4, [PTX_U2] = 1,     [PTX_S2] = 1,
        [PTX_U4] = 1,    [PTX_S4] = 1,     [PTX_F32X2] = 8, [PTX_TF32] = 4,  [PTX_E4M3X2] = 2, [PTX_E5M2X2] = 2,
    };
    return bytes[t];
}

#endif
