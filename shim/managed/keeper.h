/* The thread that answers touches of the program (trap.h). */
#ifndef BF_KEEPER_H
#define BF_KEEPER_H

#include "areas.h"

/* The handler and the thread are there. False if there can be no thread. Idempotent. */
bool bf_keeper_start(void);

#endif
