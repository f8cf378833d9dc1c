/* Managed variables of modules and libraries: pages of device memory that the host has, too. */
#ifndef BF_MANAGED_VARIABLES_H
#define BF_MANAGED_VARIABLES_H

#include "call.h"

/* A variable of `owner` in this context of the server: its pages are managed from now on. What else is in them is kept
 * alike with it. Known already: nothing is done. */
CUresult bf_managed_variables_add(struct bf_object *context, struct bf_object *owner, uint64_t base, size_t bytes);

/* The module or library goes, or the context. */
void bf_managed_variables_end(const struct bf_object *gone);

#endif
