/* What each opcode may carry: kinds of modifiers, types, operands. One row an opcode, in family.c. */
#ifndef SG_PTX_FAMILY_H
#define SG_PTX_FAMILY_H

#include "opcodes.h"

/* Kinds of modifiers. A word may be of several kinds (.lo is a half of a product or a comparison); the opcode's row
 * says which one is meant. An instruction may carry one modifier of each kind, of CACHE any number. */
enum sg_modifier_kind {
    SG_MOD_ROUND,
    SG_MOD_ROUND_INT,
    SG_MOD_HALF,
    SG_MOD_WIDE,
    SG_MOD_CMP,
    SG_MOD_BOOL,
    SG_MOD_ATOM,
    SG_MOD_SHFL,
    SG_MOD_VOTE,
    SG_MOD_MATCH,
    SG_MOD_SHF,
    SG_MOD_PRMT,
    SG_MOD_TESTP,
    SG_MOD_BAR,
    SG_MOD_GRIDDEP,
    SG_MOD_SEM,
    SG_MOD_SCOPE,
    SG_MOD_LEVEL,
    SG_MOD_SPACE,
    SG_MOD_VEC,
    SG_MOD_FTZ,
    SG_MOD_SAT,
    SG_MOD_APPROX,
    SG_MOD_FULL,
    SG_MOD_CC,
    SG_MOD_UNI,
    SG_MOD_SYNC,
    SG_MOD_TO,
    SG_MOD_NC,
    SG_MOD_WRAP,
    SG_MOD_SHIFTAMT,
    SG_MOD_ALIGNED,
    SG_MOD_RELU,
    SG_MOD_SATFINITE,
    SG_MOD_NOFTZ,
    SG_MOD_NAN,
    SG_MOD_XORSIGN,
    SG_MOD_ABS,
    SG_MOD_CACHE,
    SG_MOD_CACHE_LEVEL,
    SG_MOD_CTA,
    SG_MOD_IDX,
    SG_MOD_MASK,
    SG_MOD_GEOMETRY,
    SG_MOD_MIP,
    SG_MOD_COMPONENT,
    SG_MOD_QUERY,
    SG_MOD_BOUNDS,
    SG_MOD_ASYNC,
    SG_MOD_INTO,
    SG_MOD_FROM,
    SG_MOD_SHAPE,
    SG_MOD_LAYOUT,
    SG_MOD_LAYOUT_B,
    SG_MOD_MATRIX,
    SG_MOD_COUNT,
    SG_MOD_TRANS
};

/* Operands, a letter each:
 *   d  result as wide as the first type (twice with .wide)      c  source as wide as that
 *   s  source as wide as the first type                          t  source as wide as the last type
 *   w  result at least as wide as the first type; of a float exactly        y  source likewise, of the last type
 *   D  the same result, or a vector of such                                  S  source likewise, of the first type
 *   u  result of 32 bits             x  source of 32 bits            a  source of 32 or 64 bits
 *   p  predicate result              W  predicate or 32 bits         b  predicate source, may be negated
 *   z  b or x
 *   m  [memory]                      i  integer constant
 *   M  mov's result                  N  mov's source               l  label       T  target list
 * `alternate` takes the place of `pattern` if a modifier of kind `alternate_with` is written. */
struct sg_family {
    uint64_t allowed, needed; /* bits of sg_modifier_kind; at least one of `needed` must stand there, if it is not 0 */
    uint32_t types; /* bits of ptx_type */
    uint8_t type_min, type_max;
    uint8_t alternate_with;
    const char *pattern, *alternate;
};

extern const struct sg_family sg_family_of[PTX_ALL_COUNT];

/* Why this opcode cannot have these modifiers (bits of sg_modifier_kind) with these types, or NULL if it can. */
const char *sg_form_trouble(const struct ptx_insn *insn, uint64_t seen);

#endif
