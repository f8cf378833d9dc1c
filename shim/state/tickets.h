/* Descriptors that a program passes on as it would pass on the driver's: each has a ticket in it, which can be read as
 * often as wanted, and the process that made it can tell when nobody has it any more. */
#ifndef BF_TICKETS_H
#define BF_TICKETS_H

#include <stdbool.h>

enum { BF_TICKETS_BYTES = 64 };

/* A descriptor with a ticket in it, and the one to give to bf_tickets_is_held. */
bool bf_tickets_make(const void *ticket, int *descriptor, int *watch);

/* What is in a descriptor; false if it is none of these. */
bool bf_tickets_read(int descriptor, unsigned char ticket[BF_TICKETS_BYTES]);

/* Whether any process has the descriptor, or a copy of it. */
bool bf_tickets_is_held(int watch);

#endif
