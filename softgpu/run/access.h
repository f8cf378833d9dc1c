/* From addresses that lanes name to host memory, with every check. */
#ifndef SG_ACCESS_H
#define SG_ACCESS_H

#include "engine.h"

enum sg_pattern {
    SG_CONTIGUOUS,        /* lane i at base + i * bytes; only if every lane of the team exists and is active */
    SG_UNIFORM,           /* all at base */
    SG_RUNS32,
    SG_RUNS64,     /* every SG_RUN lanes contiguous, the first of them as below */
    SG_STEPS32,
    SG_STEPS64,   /* every SG_RUN lanes at one address, the first of them as below */
    SG_STRIDED,           /* lane i at base + i * stride */
    SG_GATHER32,          /* lane i at base + ((uint32_t *)index)[i] */
    SG_GATHER64           /* lane i at base + ((uint64_t *)index)[i] */
};

struct sg_access {
    enum sg_pattern pattern;
    uintptr_t base;
    const void *index;
    uint64_t stride;
    uint64_t hosts[SG_LANES];      /* room for index, where addresses must be translated lane by lane */
};

/* op->aux of a load or store. */
#define SG_ACCESS_AUX(space, log2_bytes, wide, write)                                                                  \
    ((uint16_t)((unsigned)(space) | (unsigned)(log2_bytes) << 4 | (unsigned)(wide) << 8 | (unsigned)(write) << 9))
#define SG_ACCESS_SPACE(aux) ((aux) & 15u)
#define SG_ACCESS_BYTES(aux) (1u << ((aux) >> 4 & 15u))
#define SG_ACCESS_WIDE(aux) ((aux) >> 8 & 1u)
#define SG_ACCESS_WRITE(aux) ((aux) >> 9 & 1u)
/* What stands for enum ptx_space in aux: PTX_LOCAL at op->imm of the running call, without an address column. */
#define SG_SPACE_STACK 15u

#define SG_ACCESS_COL 4            /* col[] of the address */

/* col[5] is no column: the bytes of the access that must be the thread's to access, the first of them and how many.
 * The others are read with them and never looked at (.pragma "used_bytes_mask"). An access is aligned and at most 32
 * bytes, so they lie in the same page as those. */
#define SG_ACCESS_REACH 5
#define SG_ACCESS_BYTES_MAX 32u
#define SG_ACCESS_REACH_OF(first, span) ((uint32_t)(first) | (uint32_t)(span) << 8)
#define SG_ACCESS_FIRST(op) ((op)->col[SG_ACCESS_REACH] & 255u)
#define SG_ACCESS_SPAN(op) ((op)->col[SG_ACCESS_REACH] >> 8)

/* Where the active lanes' accesses of a load or store lie. False, after a fault, if any must not be made. */
bool sg_access_plan_base(struct sg_group *g, const struct sg_op *op, bool full_form, struct sg_access *out);
bool sg_access_plan_fast(struct sg_group *g, const struct sg_op *op, bool full_form, struct sg_access *out);

/* Generic memory that a lane may read from `address` on: *room bytes of it. NULL if none. */
const char *sg_access_peek(const struct sg_group *g, unsigned lane, uint64_t address, size_t *room);

/* Turns the patterns without an index into SG_GATHER64. */
void sg_access_by_lane(const struct sg_group *g, const struct sg_op *op, struct sg_access *at);

#endif
