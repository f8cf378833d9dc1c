/* The functions of a module or the kernels of a library by their listing: found, counted, enumerated with one call. */
#ifndef BF_ENUMERATE_H
#define BF_ENUMERATE_H

#include "call.h"
#include "listing.h"

/* What has a listing, and how the part of it from index `from`, numbered from `first`, is asked for: `ask` is to be
 * ended whatever the result. `make` makes the handle of an entry that has none. */
struct bf_lister {
    struct bf_listing *listing;
    struct bf_object *owner;
    enum bf_kind kind;             /* of the handles */
    struct bf_server *server;
    CUresult (*ask)(const struct bf_lister *lister, uint64_t first, unsigned from, struct bf_ask *ask);
    struct bf_object *(*make)(const struct bf_lister *lister, uint64_t number, const struct bf_listed *entry);
};

/* The handle of this name if it is among those listed so far, else NULL; *result is 0 unless memory ran out. */
struct bf_object *bf_enumerate_find(const struct bf_lister *lister, const char *name, CUresult *result);

CUresult bf_enumerate_count(const struct bf_lister *lister, unsigned *count);

/* The first `room` handles; fewer if there are not so many. */
CUresult bf_enumerate(const struct bf_lister *lister, void **out, unsigned room);

/* Of an object that is asked for by name: the same name gives the same handle. */
bool bf_enumerate_is_named(const struct bf_object *function, const void *name);

#endif
