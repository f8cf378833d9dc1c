/* The processor's floating-point modes while kernels run. */
#ifndef SG_MODES_H
#define SG_MODES_H

/* Operations count on nearest even and on subnormal numbers. A thread of the application that runs a block may have
 * other modes (code compiled with -ffast-math flushes); a new thread has those of its creator. Returns what
 * sg_modes_leave restores. */
unsigned sg_modes_enter(void);
void sg_modes_leave(unsigned before);

#endif
