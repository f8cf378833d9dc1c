/* Functions of modules, for the callers that need them outside modules.c. */
#ifndef BF_MODULES_H
#define BF_MODULES_H

#include "code.h"

/* NUL-terminated names, one after another: calls `visit` with each until it fails. */
typedef CUresult bf_name_visitor(void *user, const char *name);
CUresult bf_modules_each_name(const struct bf_value *names, bf_name_visitor *visit, void *user);

unsigned bf_modules_count_names(const struct bf_value *names);

/* For bf_objects_child: a function or kernel by its name. */
bool bf_modules_is_named(const struct bf_object *function, const void *name);

/* The object of a function whose description came; NULL if memory ran out or the description is none. */
struct bf_object *bf_modules_new_function(struct bf_object *module, uint64_t number, const char *name,
                                          const struct bf_value *description);

#endif
