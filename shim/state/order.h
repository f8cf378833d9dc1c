/* Stream handles as the application writes them: NULL, legacy, per-thread, or a stream. */
#ifndef BF_ORDER_H
#define BF_ORDER_H

#include "contexts.h"

/* A call's place: the context it is made in, and the stream's number there (0: the legacy default stream). */
struct bf_order {
    struct bf_target to;
    struct bf_object *context;
    uint64_t stream;
    struct bf_object *object;   /* NULL: the legacy default stream */
    bool waits;                 /* the call returns when it is done */
};

/* With an explicit stream the call is made in the stream's own context; else in the current one. */
CUresult bf_order_find(CUstream stream, struct bf_order *out);

/* That of the calls without a stream, which wait until what they do is done. */
CUresult bf_order_waiting(struct bf_order *out);

/* The legacy default stream of a context. */
CUresult bf_order_legacy(struct bf_object *context, struct bf_order *out);

/* The green context that the stream is of, or, of default streams, that which is current; NULL if there is none. */
struct bf_object *bf_order_green(CUstream stream, const struct bf_order *order);

/* The context that is said to be the stream's. */
struct bf_object *bf_order_context(CUstream stream, const struct bf_order *order);

#endif
