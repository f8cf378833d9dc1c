/* Where device memory and reservations lie, if somebody has a wish: a process may have to keep its addresses apart from
 * those of another one. Internal to memory/. */
#ifndef SG_PLACE_H
#define SG_PLACE_H

#include "memory.h"

void sg_place_ask(sg_memory_place *wanted);

/* The wish has been heard, and if it could be, followed. Before memory or addresses are first given. */
void sg_place_settle(void);

/* `bytes` of addresses, whole pages of the shadow table, without memory; 0 if nobody has a wish, or it cannot be
 * followed. */
uint64_t sg_place_take(uint64_t bytes);

#endif
