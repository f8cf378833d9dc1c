/* Context local storage: values that a runtime library hangs on a context, by key, with a destructor.
 *
 * Handles are compared, never followed. Called on almost every runtime API call, so a look-up is one short lock.
 * Destructors run without the lock held: they may call put, get and del. */
#ifndef LC_STORAGE_H
#define LC_STORAGE_H

#include "generated/cuda_types.h"

typedef void lc_storage_dtor(CUcontext context, void *key, void *value);

/* Set the value of `key` in `context`; replaces an older one without calling its destructor. Returns 0 or 2. */
CUresult lc_storage_put(CUcontext context, void *key, void *value, lc_storage_dtor *dtor);

/* Remove without calling the destructor. Returns 0, or 400 if there is no such key. */
CUresult lc_storage_del(CUcontext context, void *key);

/* Returns 0 and the value, or 400 (*value unwritten). */
CUresult lc_storage_get(void **value, CUcontext context, void *key);

/* Remove all values of `context`, calling each destructor: when it is destroyed, or reset if primary. */
void lc_storage_destroy(CUcontext context);

#endif
