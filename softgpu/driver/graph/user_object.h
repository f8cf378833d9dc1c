/* User objects: what a program lets graphs own, and a function that is called when nobody owns it any more. */
#ifndef SG_USER_OBJECT_H
#define SG_USER_OBJECT_H

#include "graph.h"

struct sg_user_object;

/* What a graph, or an executable one, owns of an object. */
struct sg_share {
    struct sg_share *next;
    struct sg_user_object *object;
    uint64_t count;
};

CUresult sg_user_object_create(void *data, CUhostFn destroy, unsigned count, struct sg_user_object **out);
void *sg_user_object_handle(const struct sg_user_object *object);
/* INVALID_VALUE for more than are owned. */
CUresult sg_user_object_retain(struct sg_user_object *object, unsigned count);
CUresult sg_user_object_release(struct sg_user_object *object, uint64_t count);

/* With the graphs' lock held. `move`: the graph takes over references of the caller. */
CUresult sg_user_object_give(struct sg_graph *graph, struct sg_user_object *object, unsigned count, bool move);
CUresult sg_user_object_take(struct sg_graph *graph, struct sg_user_object *object, unsigned count);
void sg_user_object_forget(struct sg_graph *graph);
CUresult sg_user_object_copy(const struct sg_graph *from, struct sg_graph *to);
/* For a graph that is made of an executable one. */
CUresult sg_user_object_own(const struct sg_share *shares, struct sg_graph *to);

/* One reference each to all that a graph, and the graphs in it, own: for an executable graph. */
CUresult sg_user_object_share(const struct sg_graph *graph, struct sg_share **out);
void sg_user_object_unshare(struct sg_share *shares);
/* `shares` get `more`, of which nothing is left. */
void sg_user_object_join(struct sg_share **shares, struct sg_share **more);

#endif
