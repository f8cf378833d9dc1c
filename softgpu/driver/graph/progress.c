/* Which steps of a plan may be done: counts of what each still waits for. */
#include "progress.h"

#include <assert.h>

static void make_ready(struct sg_plan *plan, uint32_t step)
{
    plan->ready[plan->ready_count++] = step;
}

bool sg_progress_begin(struct sg_plan *plan, uint32_t segment)
{
    const struct sg_segment *steps = &plan->segments[segment];
    plan->left[segment] = steps->count;
    for (uint32_t i = steps->first + steps->count; i-- > steps->first;) {
        plan->waiting[i] = plan->steps[i].needs;
        if (!plan->waiting[i])
            make_ready(plan, i);
    }
    return !steps->count;
}

bool sg_progress_end(struct sg_plan *plan, uint32_t index)
{
    const struct sg_step *step = &plan->steps[index];
    for (uint32_t i = step->next_count; i--;) {
        uint32_t next = plan->nexts[step->next + i];
        if (!--plan->waiting[next])
            make_ready(plan, next);
    }
    assert(plan->left[step->segment]);
    return !--plan->left[step->segment];
}
