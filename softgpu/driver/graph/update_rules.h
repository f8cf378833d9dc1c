/* What may change of a node in an executable graph. */
#ifndef SG_UPDATE_RULES_H
#define SG_UPDATE_RULES_H

#include "action.h"

/* SUCCESS, or what is wrong with the change. `by_priority`: kernels go by the priorities of their nodes. */
CUgraphExecUpdateResult sg_update_rules_check(const struct sg_action *before, const struct sg_action *after,
                                              bool by_priority);

/* What cannot be told by two actions that may follow each other: setting one node allows less than updating all. */
bool sg_update_rules_allow_alone(const struct sg_action *before, const struct sg_action *after);

#endif
