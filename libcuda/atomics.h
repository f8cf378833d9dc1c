/* Questions about atomic operations over a link between devices, or between a device and the host. */
#ifndef LC_ATOMICS_H
#define LC_ATOMICS_H

#include "generated/cuda_types.h"

/* INVALID_VALUE unless there are operations, all known, and a place for the answer to each. */
CUresult lc_atomics_check(const unsigned *capabilities, const CUatomicOperation *operations, unsigned count);

/* Of a link that has none of them. */
void lc_atomics_none(unsigned *capabilities, unsigned count);

#endif
