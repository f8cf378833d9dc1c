/* Executable graphs. */
#ifndef SG_EXEC_H
#define SG_EXEC_H

#include "plan.h"

struct sg_exec {
    void *handle;
    void *graph;                     /* the handle of the graph that it was made of */
    struct sg_plan *plan;
    struct sg_deeds *deeds;
    cuuint64_t flags;
};

/* ---- with the graphs' lock held */

CUresult sg_exec_find(CUgraphExec handle, struct sg_exec **out);

/* If the graph cannot be instantiated, *bad is the node because of which, or NULL, and *why says more. */
CUresult sg_exec_make(struct sg_graph *graph, cuuint64_t flags, struct sg_exec **out, struct sg_node **bad,
                      CUgraphInstantiateResult *why);
void sg_exec_destroy(struct sg_exec *exec);

/* The step of a node of the graph that it was made of; INVALID_VALUE if it is none. */
CUresult sg_exec_step(const struct sg_exec *exec, const struct sg_node *node, uint32_t *out);

/* The deeds, to be changed for launches to come. */
CUresult sg_exec_own(struct sg_exec *exec, struct sg_deeds **out);

/* What a launch in the stream needs, as work to be put into it without the lock. */
CUresult sg_exec_work(struct sg_exec *exec, struct sg_work **out);

#endif
