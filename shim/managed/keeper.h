/* The thread that answers touches of the program (trap.h). */
#ifndef BF_KEEPER_H
#define BF_KEEPER_H

#include "areas.h"

/* The handler and the thread are there. False if there can be no thread. Idempotent. */
bool bf_keeper_start(void);

/* Wait until the device does not use the area that has `address`, and let the program read the bytes from there on, or
 * write them. 0, or the connection's result. With the lock of the areas held; if there is no such area any more, 0. */
int bf_keeper_open(uint64_t address, size_t bytes, bool writes);

#endif
