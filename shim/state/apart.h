/* Keeps the device memory of several servers apart, so that a pointer alone says where it lives.
 *
 * Each server is asked to take its addresses from a part of its own (HELLO), but a driver that chooses by itself need
 * not follow: those of two processes give the same addresses again and again. So who allocates looks whether another
 * server's memory is there. What is, is held until something else has been given, or it would be given again, and then
 * goes back. */
#ifndef BF_APART_H
#define BF_APART_H

#include "contexts.h"

struct bf_apart {
    struct bf_server *server;
    struct bf_range range; /* what is wanted; of what was given, the place too. `ask` may correct the size */
    bool exact; /* more than it asks for is of no use */
    /* Ask the server for that, or for at least so many bytes if `least` is not 0. */
    CUresult (*ask)(struct bf_apart *wanted, uint64_t least, uint64_t *base);
    bool (*fits)(const struct bf_apart *wanted); /* whether the place is good; NULL: any is */
    void (*give_back)(const struct bf_apart *wanted, uint64_t base, uint64_t bytes);
};

/* What cuMemAlloc gives in that context and cuMemFree takes. */
struct bf_apart bf_apart_plain(struct bf_object *context, uint64_t bytes);
void bf_apart_free(const struct bf_apart *wanted, uint64_t base, uint64_t bytes);

/* Ask, until the addresses are nobody else's; then they are in the server's map. */
CUresult bf_apart_take(struct bf_apart *wanted);

/* Addresses that are taken on whatever server but hold no allocation by themselves: what the program reserved and, `managed`,
 * pieces of memory that managed allocations share. */
extern struct bf_map bf_apart_reserved;

/* The same as bf_apart_take of such addresses: they are put into that map. */
CUresult bf_apart_reserve(struct bf_apart *wanted);

#endif
