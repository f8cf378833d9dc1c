/* The end of a program whose main leaves by pthread_exit: it ends with its last thread, and a driver's threads,
 * which wait for work as long as the process is there, are none of its own. */
#ifndef LC_LEAVING_H
#define LC_LEAVING_H

/* A thread of this library begins, or ends: +1, -1. */
void lc_leaving_count(int change);

#endif
