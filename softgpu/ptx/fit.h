/* Whether a single operand goes with a type or with an instruction. */
#ifndef SG_PTX_FIT_H
#define SG_PTX_FIT_H

#include "parser.h"

enum sg_fit_sort { SG_FIT_UNTYPED, SG_FIT_PREDICATE, SG_FIT_INTEGER, SG_FIT_REAL };

enum sg_fit_sort sg_fit_sort(enum ptx_type type);

/* PTX ISA 9.4: signed and unsigned are alike, untyped goes with everything but predicates. */
bool sg_fit_sorts_agree(enum ptx_type a, enum ptx_type b);

/* A register for `type` that has `bytes` bytes. */
bool sg_fit_exact(const struct sg_parser *p, const struct ptx_operand *o, enum ptx_type type, unsigned bytes);

/* A [memory] operand that the instruction can have. */
bool sg_fit_memory(const struct sg_parser *p, const struct ptx_insn *insn, const struct ptx_operand *o);

#endif
