/* The parser's state and the functions by which its files call each other.
 *
 * Errors are sticky: the first one is logged, sets `result`, and puts an end token before everything that follows, so
 * that each loop over tokens ends by itself. Functions return false after an error. */
#ifndef SG_PTX_PARSER_H
#define SG_PTX_PARSER_H

#include "arena.h"
#include "vector.h"
#include "lex.h"
#include "names.h"
#include "ptx.h"

enum { SG_RESULT_OUT_OF_MEMORY = 2, SG_RESULT_INVALID_PTX = 218, SG_RESULT_UNSUPPORTED_VERSION = 222 };

enum {
    SG_SCOPES_MAX = 64,              /* nested { } */
    SG_REGISTERS_MAX = 1 << 20,      /* of one function */
    SG_OPERANDS_MAX = 12,            /* of one instruction, elements of vectors and lists not counted */
    SG_TEXT_MAX = 1 << 30
};

/* An instruction's name, decoded once however often it stands in the text. */
struct sg_template {
    const char *text;
    uint32_t length, hash;
    bool cache_hint;
    struct ptx_insn insn;
};

struct sg_memo {
    struct sg_vector entries;
    uint32_t *slots, mask;
};

/* A use of a label that is not yet known: operand `slot`, or target `slot` of a list. */
struct sg_label_use {
    struct sg_name name;
    uint32_t line, slot;
    bool in_list;
};

/* While a function is parsed its lists live in vectors; `first` counts from the start of `targets`. */
struct sg_list_span {
    uint32_t first, count;
    bool is_call;
};

/* A parameter in a register and the variable by which it is passed. */
struct sg_register_param {
    uint32_t var, reg;
    bool is_result;
};

/* Where an entry begins whose body was passed over. */
struct sg_header {
    struct sg_lexer at;
    uint32_t function;
    uint8_t linkage;
};

/* State space and type of a declaration, before its names. */
struct sg_declaration {
    uint8_t space, type, width;      /* width: 0, or 2, 4, 8 for .v2 .v4 .v8 */
    bool external, visible, managed;
    uint8_t linkage;                 /* enum ptx_linkage */
    uint8_t opaque;                  /* enum ptx_opaque */
    uint32_t align;                  /* 0: natural */
};

struct sg_parser {
    struct sg_lexer lex;
    struct ptx_arena *arena;
    struct ptx_log *log;
    int result;
    struct sg_names names;
    struct sg_memo memo;
    struct ptx_module *module;
    struct sg_vector vars, functions;        /* struct ptx_var, struct ptx_function */
    struct sg_vector relocs, bytes;          /* of the initialiser being read */
    struct sg_vector aliases;                /* uint32_t pairs: alias, function */
    uint32_t *alias_map;                     /* by function, once all is known: whose body it has; or NULL */
    char *text;                              /* that tokens and names point into */
    bool outlines;                           /* bodies of entries are passed over, and noted in `headers` */
    struct sg_vector headers;                /* struct sg_header */
    size_t passed_over;                      /* characters */
    /* of the function being parsed */
    bool in_body;
    uint32_t used_bytes;                     /* of the next instruction, if it is a load */
    struct sg_vector insns, operands, regs, targets, lists, protos, uses, params;
    struct sg_vector register_params;
    uint32_t scope_uses[SG_SCOPES_MAX];      /* first label use of each open scope */
    uint32_t scope_count;
};

/* Errors. Both return false. */
bool sg_parser_fail(struct sg_parser *p, uint32_t line, const char *format, ...) __attribute__((format(printf, 3, 4)));
bool sg_parser_no_memory(struct sg_parser *p);

/* Tokens. `accept` moves on if the current token is that punctuation or word; `expect` fails otherwise. */
bool sg_parser_accept(struct sg_parser *p, uint8_t kind);
bool sg_parser_expect(struct sg_parser *p, uint8_t kind, const char *after);
bool sg_parser_accept_word(struct sg_parser *p, const char *word);
bool sg_parser_unexpected(struct sg_parser *p, const char *wanted);
bool sg_parser_number(struct sg_parser *p, uint32_t max, uint32_t *value);   /* a plain integer literal */

/* The current token as printf arguments for "%.*s", shortened if long. */
#define SG_TOKEN_MAX 80
#define SG_TOKEN(p) sg_parser_quote_length((p)->lex.token.length), (p)->lex.token.text
int sg_parser_quote_length(uint32_t length);

/* expression.c: a constant, possibly the address of something plus an offset. */
enum sg_value_kind { SG_VALUE_INT, SG_VALUE_FLOAT, SG_VALUE_VAR, SG_VALUE_FUNC };
struct sg_value {
    uint8_t kind;
    bool is_unsigned, generic, single;   /* single: an f32 written as bits, kept exactly in `bits` */
    bool masked;
    uint8_t width, shift;                /* of mask(): bytes taken, bits shifted right */
    uint32_t index;
    int64_t integer;                     /* or addend */
    uint64_t bits;
    double real;
};
bool sg_expression_parse(struct sg_parser *p, struct sg_value *value);
bool sg_expression_integer(struct sg_parser *p, int64_t *value);
bool sg_fold_binary(struct sg_parser *p, uint8_t operation, struct sg_value *a, const struct sg_value *b); /* fold.c */
bool sg_fold_unary(struct sg_parser *p, uint8_t operation, struct sg_value *a);

/* variable.c, initial.c */
bool sg_variable_space(const struct sg_token *token, uint8_t *space);
bool sg_variable_declare(struct sg_parser *p, struct sg_declaration *d); /* current token: the space; up to ';' */
/* One parameter of a function or prototype, up to ',' or ')'; not declared. name->length is 0 for `_`. */
bool sg_variable_param(struct sg_parser *p, struct ptx_var *var, struct sg_name *name, uint8_t *reg_type);
bool sg_variable_add(struct sg_parser *p, const struct ptx_var *var, struct sg_name name, uint32_t *index);
uint8_t sg_variable_type(const struct sg_token *token); /* of ".b32"; PTX_NONE if it is no type */
enum { SG_DIMS_MAX = 8 };
struct sg_shape {
    uint64_t dims[SG_DIMS_MAX + 1];
    uint32_t count;
}; /* dims[0] is 0 for `x[]` */
bool sg_initial_parse(struct sg_parser *p, struct ptx_var *var,
                      const struct sg_shape *shape); /* sets var->size of x[] */

/* register.c */
bool sg_register_declare(struct sg_parser *p, const struct sg_declaration *d);
bool sg_register_param(struct sg_parser *p, struct sg_name name, uint8_t type, uint32_t var, bool is_result);
/* Append the copies that a function with parameters in registers needs at its start or before it returns. */
bool sg_register_copy_params(struct sg_parser *p, bool results, const struct ptx_insn *before);

/* function.c, prototype.c, body.c, label.c */
bool sg_function_parse(struct sg_parser *p, bool is_entry, uint8_t linkage);
bool sg_body_parse(struct sg_parser *p);
bool sg_prototype_parse(struct sg_parser *p, struct sg_name label); /* after "label: .callprototype" */
bool sg_label_define(struct sg_parser *p, struct sg_name name, uint32_t line);
bool sg_label_use(struct sg_parser *p, struct sg_name name, uint32_t line, bool in_list, uint32_t slot);
bool sg_label_targets(struct sg_parser *p, struct sg_name label, bool is_call);
bool sg_label_scope_enter(struct sg_parser *p);
bool sg_label_scope_leave(struct sg_parser *p, bool last);

/* pragma.c: after the word .pragma */
bool sg_pragma_parse(struct sg_parser *p);

/* debug.c: passes over what only debuggers read. True with *skipped set if the current directive was such a one. */
bool sg_debug_skip(struct sg_parser *p, bool *skipped);

/* instruction.c, modifier.c, operand.c, check.c */
bool sg_instruction_parse(struct sg_parser *p, int32_t guard, bool negated);
const struct sg_template *sg_instruction_template(struct sg_parser *p); /* of the current token; NULL after an error */
bool sg_modifier_decode(struct sg_parser *p, const struct sg_token *name, struct sg_template *out);
bool sg_operand_parse(struct sg_parser *p, const struct sg_template *t, struct ptx_operand *operand);
bool sg_operand_push(struct sg_parser *p, const struct ptx_operand *operands, uint32_t count, uint32_t *first);
bool sg_check_operands(struct sg_parser *p, const struct ptx_insn *insn, const struct ptx_operand *operands);

/* sampling.c: [handle, sampler, coordinates] -> *n operands; operands and forms of textures and surfaces. */
bool sg_sampling_is(uint16_t op);
bool sg_sampling_read(struct sg_parser *p, const struct sg_template *t, struct ptx_operand *operands, uint8_t *n);
bool sg_sampling_check(const struct sg_parser *p, const struct ptx_insn *insn, const struct ptx_operand *operands);
const char *sg_sampling_trouble(const struct ptx_insn *insn);

/* special.c */
bool sg_special_declare(struct sg_names *names);

#endif
