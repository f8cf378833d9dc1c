/* The processors and memory nodes of this host that a process may use, as sets of bits of the caller's size. */
#ifndef LN_AFFINITY_H
#define LN_AFFINITY_H

#include "generated/nvml_types.h"

/* NVML_AFFINITY_SCOPE_ */
enum { LN_SCOPE_NODE, LN_SCOPE_SOCKET };

/* `words` is the room in `set`: what does not fit is left out. */
nvmlReturn_t ln_affinity_cpus(unsigned words, unsigned long *set);
nvmlReturn_t ln_affinity_nodes(unsigned words, unsigned long *set);

#endif
