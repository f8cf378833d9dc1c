/* What hangs on an object, given up with it. */
#ifndef BF_DROP_H
#define BF_DROP_H

#include "objects.h"

/* For bf_objects_free and bf_objects_free_children. */
void bf_drop_object(struct bf_object *object, enum bf_kind kind);

#endif
