/* Modules and their functions as this process knows them. */
#ifndef BF_MODULES_H
#define BF_MODULES_H

#include "enumerate.h"

/* A module like the one given, with those functions that came with it and are numbered from `first`; NULL if memory
 * ran out. */
struct bf_object *bf_modules_new(const struct bf_object *like, uint64_t first, const struct bf_value *functions);

/* Of the functions of a module. */
struct bf_lister bf_modules_lister(struct bf_object *module);

/* Whether functions count as loaded with their modules, and not only when they are first used. */
bool bf_modules_load_eagerly(void);

/* Whether an attribute is told only of a function that is loaded. */
bool bf_modules_needs_load(CUfunction_attribute attribute);

#endif
