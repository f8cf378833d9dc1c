/* Indivisible accesses of 128 bits (wide.c). Each lowers the instruction or returns false, as a family does. */
#ifndef SG_ISA_WIDE_H
#define SG_ISA_WIDE_H

#include "../lower/lower.h"

/* atom.exch.b128, atom.cas.b128. */
bool isa_wide_atomic(struct sg_lower *low, const struct ptx_insn *insn);

/* ld and st of .b128 with a memory order. */
bool isa_wide_access(struct sg_lower *low, const struct ptx_insn *insn, bool store);

#endif
