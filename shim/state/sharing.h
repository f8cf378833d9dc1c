/* Memory and events that processes share: a program's handle of one is a ticket of the server's. */
#ifndef BF_SHARING_H
#define BF_SHARING_H

#include "memory.h"

CUresult bf_sharing_export(struct bf_object *context, CUdeviceptr address, CUipcMemHandle *out);

/* Opened again by the same process, it is at the same address, and is closed as often. */
CUresult bf_sharing_open(struct bf_object *context, const CUipcMemHandle *handle, unsigned flags, CUdeviceptr *out);
CUresult bf_sharing_close(struct bf_object *context, CUdeviceptr address);

CUresult bf_sharing_export_event(const struct bf_object *event, CUipcEventHandle *out);
CUresult bf_sharing_open_event(struct bf_object *context, const CUipcEventHandle *handle, CUevent *out);

/* What cuMemAlloc made: of a device, and of no pool, and not managed. */
bool bf_sharing_is_possible(const struct bf_range *range);

#endif
