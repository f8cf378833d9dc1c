/* The order of an executable graph: the nodes of a graph, and of all graphs in it, in one list. It does not change.
 *
 * A child graph becomes two steps, before and behind its nodes. The bodies of a conditional are segments of their own,
 * which the conditional's step runs. */
#ifndef SG_PLAN_H
#define SG_PLAN_H

#include "../../../libcuda/callers.h"
#include "deeds.h"
#include "graph.h"

struct sg_step {
    uint64_t node;                   /* its id; 0: the end of a child graph */
    uint32_t needs;                  /* how many steps it waits for */
    uint32_t next, next_count;       /* those that wait for it, in sg_plan.nexts */
    uint32_t segment;                /* which it is in */
    uint32_t body, bodies;           /* of a conditional: segments; of a child graph, body: its other step */
};

struct sg_segment {
    uint32_t first, count;           /* of its steps */
    uint32_t parent;                 /* the conditional whose body it is; of the first segment: none */
};

struct sg_plan {
    struct lc_call end;              /* first: the call that frees it */
    _Atomic unsigned references;
    struct sg_step *steps;
    uint32_t *nexts;
    struct sg_segment *segments;
    uint32_t count, segment_count;
    uint32_t *events;                /* the steps that record events or wait for them */
    uint32_t event_count;
    uint32_t *conditionals;
    uint32_t conditional_count;
    uint32_t *by_node;               /* steps, by the ids of their nodes */
    struct sg_share *shares;         /* of user objects */
    bool by_priority;                /* kernels go by the priorities of their nodes */

    /* Of the launch that goes on: there is one at a time. Under the scheduler's lock. */
    struct sg_work **members;        /* of steps that are being done */
    uint32_t *waiting;               /* for so many steps */
    uint32_t *ready;                 /* a stack */
    uint32_t ready_count;
    uint32_t *left;                  /* of each segment, steps that have not ended */
    struct sg_stream *last_stream;   /* the newest launch */
    uint64_t last_ticket;
};

/* The plan of a graph, and what its nodes do now. If it has a circle, INVALID_VALUE and a node of it. */
CUresult sg_plan_make(const struct sg_graph *graph, struct sg_plan **plan, struct sg_deeds **deeds,
                      struct sg_node **bad);
void sg_plan_release(struct sg_plan *plan);
/* The same under the scheduler's lock, where the functions of user objects cannot be given away. */
void sg_plan_release_locked(struct sg_plan *plan);

/* The step of a node; UINT32_MAX if it is not in the plan. */
uint32_t sg_plan_find(const struct sg_plan *plan, const struct sg_node *node);

#endif
