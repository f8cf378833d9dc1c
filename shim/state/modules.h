/* Modules and their functions as this process knows them. */
#ifndef BF_MODULES_H
#define BF_MODULES_H

#include "call.h"

/* A module like the one given, with those functions that came with it and are numbered from `first`; NULL if memory
 * ran out. */
struct bf_object *bf_modules_new(const struct bf_object *like, uint64_t first, const struct bf_value *functions);

/* The object of a function whose description came; NULL if memory ran out or the description is none. */
struct bf_object *bf_modules_new_function(struct bf_object *module, uint64_t number, const char *name,
                                          const struct bf_value *description);

#endif
