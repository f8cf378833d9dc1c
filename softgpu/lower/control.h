/* What lowering of control flow and the running of it agree on. */
#ifndef SG_CONTROL_H
#define SG_CONTROL_H

/* A fragment yields once its backward branches weigh this much: twice around a loop that only waits for other threads, 16
 * times around one that talks to them, or 65536 times around one that does not. */
#define SG_SPIN_LIMIT 65536u
#define SG_SPIN_WEIGHT_TALKING 4096
#define SG_SPIN_WEIGHT_WAITING 32768

/* Barriers of a block. */
#define SG_BARRIERS 16

/* op->aux of a barrier. */
enum sg_barrier_form { SG_BARRIER_SYNC, SG_BARRIER_ARRIVE, SG_BARRIER_RED_AND, SG_BARRIER_RED_OR, SG_BARRIER_RED_POPC };

/* op->imm of a barrier. */
#define SG_BARRIER_IMM(known, counted, id, count)                                                                      \
    ((uint64_t)(known) | (uint64_t)(counted) << 1 | (uint64_t)(id) << 8 | (uint64_t)(count) << 16)
#define SG_BARRIER_KNOWN(imm) ((imm) & 1)
#define SG_BARRIER_COUNTED(imm) ((imm) >> 1 & 1)
#define SG_BARRIER_ID(imm) ((uint32_t)((imm) >> 8 & 0xff))
#define SG_BARRIER_COUNT(imm) ((uint32_t)((imm) >> 16))

#endif
