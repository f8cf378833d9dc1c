/* The functions of a module or the kernels of a library by their listing: found, counted, enumerated with one call. */
#ifndef BF_ENUMERATE_H
#define BF_ENUMERATE_H

#include "call.h"
#include "listing.h"

/* What has a listing, and how the part of it from index `from`, numbered from `first`, is asked for: `ask` is to be
 * ended whatever the result. `make` makes the handle of an entry that has none, `ask_for` that of a name that is not
 * listed yet. */
struct bf_lister {
    struct bf_listing *listing;
    struct bf_object *owner;
    enum bf_kind kind;             /* of the handles */
    struct bf_server *server;
    CUresult (*ask)(const struct bf_lister *lister, uint64_t first, unsigned from, struct bf_ask *ask);
    struct bf_object *(*make)(const struct bf_lister *lister, uint64_t number, const struct bf_listed *entry);
    CUresult (*ask_for)(struct bf_object *owner, const char *name, struct bf_object **out);
};

/* The handle of this name: the same name gives the same handle. */
CUresult bf_enumerate_get(struct bf_lister lister, const char *name, struct bf_object **out);

CUresult bf_enumerate_count(struct bf_lister lister, unsigned *count);

/* The first `room` handles; fewer if there are not so many. */
CUresult bf_enumerate(struct bf_lister lister, void **out, unsigned room);

#endif
