/* User objects: the driver of a server counts who owns one, and the program's function is called here. */
#ifndef BF_USER_OBJECTS_H
#define BF_USER_OBJECTS_H

#include "callbacks.h"

static inline bool bf_user_objects_is_count(unsigned count)
{
    return count && count <= INT32_MAX;
}

/* cuUserObjectCreate. */
CUresult bf_user_objects_create(CUuserObject *out, void *data, CUhostFn destroy, unsigned count);

#endif
