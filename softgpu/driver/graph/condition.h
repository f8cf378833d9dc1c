/* Conditions of conditional nodes, as graphs have them. */
#ifndef SG_CONDITION_H
#define SG_CONDITION_H

#include "../state/context.h"

struct sg_condition {
    _Atomic unsigned references;
    uint64_t handle;                 /* what kernels name it by */
    uint64_t graph;                  /* the id of that which it was made for */
    struct sg_context *context;
    uint32_t initial;
    bool assigns;                    /* `initial` at the beginning of each launch */
    bool used;                       /* a node goes by it */
    struct sg_condition *next;       /* of its graph */
};

CUresult sg_condition_make(uint64_t graph, struct sg_context *context, uint32_t initial, bool assigns,
                           struct sg_condition **out);
struct sg_condition *sg_condition_retain(struct sg_condition *condition);
void sg_condition_release(struct sg_condition *condition);

#endif
