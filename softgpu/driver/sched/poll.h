/* The thread that looks at memory for the streams that wait for what others write there. */
#ifndef SG_POLL_H
#define SG_POLL_H

#include <stdbool.h>

/* Have it run, before there is such a stream. False if there can be no thread. Idempotent. */
bool sg_poll_start(void);

#endif
