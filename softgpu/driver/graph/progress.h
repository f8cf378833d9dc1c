/* How far the launch of a plan has got. Under the scheduler's lock. */
#ifndef SG_PROGRESS_H
#define SG_PROGRESS_H

#include "plan.h"

/* Make the steps of a segment ready that wait for nothing. True if it has no steps. */
bool sg_progress_begin(struct sg_plan *plan, uint32_t segment);

/* The step has ended: what waited for it and for nothing else becomes ready. True if it was the last of its segment. */
bool sg_progress_end(struct sg_plan *plan, uint32_t step);

#endif
