/* Functions, for those that set something on them. */
#ifndef BF_FUNCTIONS_H
#define BF_FUNCTIONS_H

#include "../state/contexts.h"

/* The target of a setting: of a kernel it is the function in the current context. */
CUresult bf_functions_settable(CUfunction handle, struct bf_object **out);

#endif
