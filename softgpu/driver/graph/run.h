/* A launch of an executable graph as work of a stream. */
#ifndef SG_RUN_H
#define SG_RUN_H

#include "plan.h"

/* The work, which holds references to both; NULL if out of memory. */
struct sg_work *sg_run_work(struct sg_plan *plan, struct sg_deeds *deeds);

#endif
