/* Structures of the driver as they cross the wire: src/bitfusion/api/structures.txt describes them.
 *
 *     struct bf_packed packed;
 *     CUresult result = bf_structures_pack(&packed, BF_STRUCTURE_CUmemPoolProps, props, 1, context);
 *     if (!result)
 *         result = BF_ASK(bf_in(context), NULL, pool_create, ..., bf_structures_value(&packed));
 *     bf_structures_end(&packed);
 *
 * A structure crosses as it lies in memory, with numbers in place of handles. In place of a pointer to something that
 * follows is how many bytes of it do; what follows begins at a multiple of 8, in the order of the members. Parameters of
 * a kernel come last: their block, and if they were given one by one, where each is in it. */
#ifndef BF_STRUCTURES_H
#define BF_STRUCTURES_H

#include "../generated/structures.h"
#include "call.h"

/* A member that changes on the wire; structures.py has the letters. */
struct bf_member {
    char letter;
    bool optional;
    uint8_t count_bytes;
    int16_t selector;   /* where it says whether the member is meant, namely by `value`; -1: it always is */
    uint16_t offset, of, count, other;
    uint32_t value;
    CUresult code;      /* that a handle of nothing is answered; 0: what its kind says */
};

struct bf_structure {
    uint16_t bytes, member_count;
    const struct bf_member *members;
};

extern const struct bf_structure bf_structures[BF_STRUCTURE_COUNT];

/* In place of `extra`, where a kernel's parameters were given so and not one by one. */
#define BF_STRUCTURES_ONE_BLOCK UINT64_MAX

struct bf_packed {
    uint8_t *data;
    size_t bytes, room;
    uint8_t small[512];
};

/* Pack `count` structures for the server that has `there`, and what they point to. A handle or a device that is not there
 * is what the call that takes it returns. To be ended in any case. */
CUresult bf_structures_pack(struct bf_packed *packed, enum bf_structure_index which, const void *from, size_t count,
                            const struct bf_object *there);
void bf_structures_end(struct bf_packed *packed);

static inline struct bf_value bf_structures_value(const struct bf_packed *packed)
{
    return bf_bytes(packed->data, packed->bytes);
}

#endif
