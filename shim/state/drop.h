/* What hangs on an object, given up with it. */
#ifndef BF_DROP_H
#define BF_DROP_H

#include "objects.h"

/* For bf_objects_free and bf_objects_free_children. */
void bf_drop_object(struct bf_object *object, enum bf_kind kind);

/* Grows whenever code or a context goes: a graph that the driver has accepted may have been made of it. */
uint64_t bf_drop_epoch(void);
void bf_drop_begin_epoch(void);

#endif
