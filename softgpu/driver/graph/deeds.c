/* The deeds of executable graphs, and their references. */
#include "deeds.h"

#include <stdlib.h>

void sg_deeds_set(struct sg_deed *deed, struct sg_action *action)
{
    if (deed->action)
        sg_action_release(deed->action);
    *deed = (struct sg_deed){.action = action, .enabled = deed->enabled};
    if (!action)
        return;
    deed->type = action->params.type;
    deed->context = action->context;
    deed->incarnation = action->incarnation;
    if (deed->type == CU_GRAPH_NODE_TYPE_KERNEL) {
        deed->info = action->is.kernel.function->info;
        deed->launch = action->is.kernel.launch;
    }
}

struct sg_deeds *sg_deeds_copy(const struct sg_deeds *deeds)
{
    struct sg_deeds *copy = malloc(sizeof *copy + deeds->count * sizeof *copy->at);
    if (!copy)
        return NULL;
    copy->references = 1;
    copy->count = deeds->count;
    for (uint32_t i = 0; i < deeds->count; i++) {
        copy->at[i] = deeds->at[i];
        if (copy->at[i].action)
            sg_action_retain(copy->at[i].action);
    }
    return copy;
}

void sg_deeds_release(struct sg_deeds *deeds)
{
    if (atomic_fetch_sub(&deeds->references, 1) != 1)
        return;
    for (uint32_t i = 0; i < deeds->count; i++)
        if (deeds->at[i].action)
            sg_action_release(deeds->at[i].action);
    free(deeds);
}
