/* Moves blocks between here and the device, and changes their states. */
#ifndef BF_MOVE_H
#define BF_MOVE_H

#include "areas.h"

/* How much was moved in this process. */
struct bf_moved {
    _Atomic uint64_t faults, pages_in, bytes_in, pages_out, bytes_out;
};
extern struct bf_moved bf_move_counts;

/* All with the lock of the areas held. Results are those of the connection, or: */
enum { BF_MOVE_NO_ROOM = BF_STREAM_NO_MEMORY }; /* the system has no more room for borders between pages */

/* What the program has written goes to the device, before any call that comes later begins; all of the area is the
 * device's from now on. */
int bf_move_to_device(struct bf_area *area);

/* The program may read these blocks, or write them: what is the device's is fetched. */
int bf_move_here(struct bf_area *area, size_t first, size_t count, bool writes);

/* True if the program may do that already. */
bool bf_move_is_open(const struct bf_area *area, uint64_t address, bool writes);
/* The program may do everything with what happens to be here. */
bool bf_move_surrender(struct bf_area *area);

/* How many blocks from `first` on a touch there is given. */
size_t bf_move_ahead(struct bf_area *area, size_t first, bool writes);

#endif
