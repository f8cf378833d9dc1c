/* Names and scopes of a PTX text: what an identifier stands for at one place of the text.
 *
 * Symbols lie on a stack in the order of their declaration; leaving a scope pops them. A hash table finds the
 * innermost one. A range of registers, `%r<100>`, is one symbol under its prefix. Knows nothing of statements. */
#ifndef SG_PTX_NAMES_H
#define SG_PTX_NAMES_H

#include "arena.h"
#include "vector.h"
#include "lex.h"

enum sg_symbol_kind {
    SG_SYM_REG,          /* index: first register; width: 0, or components of a vector register; type */
    SG_SYM_VAR,          /* index: variable */
    SG_SYM_FUNC,         /* index: function */
    SG_SYM_LABEL,        /* index: instruction number */
    SG_SYM_TARGETS,      /* index: target list */
    SG_SYM_PROTO,        /* index: call prototype */
    SG_SYM_SREG,         /* index: enum ptx_sreg; width: 4 if it has components */
    SG_SYM_ABSENT        /* a special register that softgpu does not have */
};

struct sg_symbol {
    const char *name;    /* points into the text: not NUL-terminated */
    uint32_t length, hash, next;
    uint32_t index, count;   /* count: members of a range, else 0 */
    uint8_t kind, width, type;
    uint16_t depth;
};

struct sg_names {
    struct sg_vector symbols;    /* struct sg_symbol; entry 0 is unused, so that 0 means none */
    uint32_t *buckets, mask;
    uint16_t depth;
};

/* A name as it stands in the text. */
struct sg_name {
    const char *text;
    uint32_t length, hash;
};

bool sg_names_init(struct sg_names *names);
void sg_names_free(struct sg_names *names);

/* The innermost symbol (not a range) of that name, or NULL. Pointers hold until the next declaration. */
struct sg_symbol *sg_names_find(const struct sg_names *names, struct sg_name name);

/* As above, but a member of a range counts, too; its number goes to *number. */
struct sg_symbol *sg_names_resolve(const struct sg_names *names, struct sg_name name, uint32_t *number);

/* Declare in the current scope. `count` other than 0 makes a range. NULL: memory. Does not look for duplicates. */
struct sg_symbol *sg_names_declare(struct sg_names *names, struct sg_name name, uint8_t kind, uint32_t index,
                                   uint32_t count);

/* Whether the current scope itself has this name (as a range, or not as a range). */
bool sg_names_taken(const struct sg_names *names, struct sg_name name, bool range);

void sg_names_enter(struct sg_names *names);
void sg_names_leave(struct sg_names *names);

struct sg_name sg_names_of(const struct sg_token *token);

#endif
