/* What a node does: its parameters as the program gave them, and as they are needed to do it. An action is checked when
 * it is made and never changes; nodes and executable graphs hold references. */
#ifndef SG_ACTION_H
#define SG_ACTION_H

#include "../sched/box.h"
#include "../sched/launch.h"
#include "kernel_attributes.h"

struct sg_event;
struct sg_allotment;
struct sg_condition;

struct sg_action {
    _Atomic unsigned references;
    /* With arrays of the action's own; of a kernel the form that it was given in. A child graph, and the bodies of a
     * conditional, are the node's. */
    CUgraphNodeParams params;
    unsigned graphs; /* how many a node that does this has */
    struct sg_context *context; /* in which it is done; NULL: in that of the launch */
    uint64_t incarnation;
    union {
        struct {
            struct sg_function *function;
            const void *handle; /* of the function */
            struct sg_launch launch;
            struct sg_kernel_attributes attributes;
        } kernel;
        struct sg_copy copy; /* of nothing: width 0 */
        struct sg_fill fill;
        struct sg_condition *condition;
        struct sg_allotment *allotment;
    } is;
    void *owned[2]; /* arrays */
    struct sg_action *former; /* whose arrays a program may still have, or NULL */
};

/* The action of parameters as cuGraphAddNode gets them, with a kernel's attributes (NULL: none), checked as at the
 * addition of a node. `second`: of memory operations, whether they came through the second interface. */
CUresult sg_action_make(const CUgraphNodeParams *params, const struct sg_kernel_attributes *attributes,
                        struct sg_action **out);
struct sg_action *sg_action_retain(struct sg_action *action);
void sg_action_release(struct sg_action *action);

/* Whether what it needs is still there: its function, its context. */
CUresult sg_action_check(const struct sg_action *action);

/* action_context.c: the action is done in the context that its node names, or the current one. */
CUresult sg_action_context_set(CUcontext handle, struct sg_action *action);

/* action_memory.c: of allocation and free. */
CUresult sg_action_memory_make_alloc(struct sg_action *action);
CUresult sg_action_memory_make_free(struct sg_action *action);
bool sg_action_memory_is(const struct sg_action *action);
void sg_action_memory_release(struct sg_action *action);

/* action_kernel.c: of a kernel. */
CUresult sg_action_kernel_make(struct sg_action *action, const struct sg_kernel_attributes *attributes);

#endif
