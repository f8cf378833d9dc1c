/* What the steps of an executable graph do, in their order. */
#ifndef SG_DEEDS_H
#define SG_DEEDS_H

#include "action.h"

/* What a launch reads of an action lies in the order of the steps: a graph of thousands of nodes leaves a core's caches
 * between two launches, and what is read in a row is fetched ahead. */
struct sg_deed {
    struct sg_action *action; /* NULL: nothing */
    bool enabled;
    CUgraphNodeType type;
    struct sg_context *context; /* in which it is done; NULL: in that of the launch */
    uint64_t incarnation;
    const struct sg_kernel_info *info; /* of a kernel, as the next */
    struct sg_launch launch;
};

/* Once a launch holds them, they do not change. */
struct sg_deeds {
    _Atomic unsigned references;
    uint32_t count;
    uint64_t checked; /* sg_handles_losses() when all that they need was last there; 0: not looked since */
    bool memory; /* some of them allocate or free; once they were checked */
    struct sg_deed at[];
};

/* It does that from now on, enabled or not as before. Takes over the reference. */
void sg_deeds_set(struct sg_deed *deed, struct sg_action *action);

struct sg_deeds *sg_deeds_copy(const struct sg_deeds *deeds);
void sg_deeds_release(struct sg_deeds *deeds);

#endif
