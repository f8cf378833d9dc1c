/* Green contexts, and the resources that they are made of. What is given out is marked with its device. */
#ifndef BF_GREEN_H
#define BF_GREEN_H

#include "../state/contexts.h"
#include "../state/order.h"

CUresult bf_green_of_device(const struct bf_device *device, CUdevResource *out);
CUresult bf_green_of_context(struct bf_object *context, CUdevResource *out);
CUresult bf_green_of_green(const struct bf_object *green, CUdevResource *out);
CUresult bf_green_of_stream(CUstream stream, const struct bf_order *order, CUdevResource *out);

CUresult bf_green_split(const CUdevResource *input, unsigned flags, unsigned least, CUdevResource *groups,
                        unsigned *count, CUdevResource *rest);
CUresult bf_green_describe(const CUdevResource *resources, unsigned count, CUdevResourceDesc *out);

CUresult bf_green_create(const struct bf_object *resources, unsigned flags, CUgreenCtx *out);
CUresult bf_green_destroy(struct bf_object *green);
CUresult bf_green_get_id(CUgreenCtx handle, unsigned long long *out);

CUresult bf_green_make_stream(struct bf_object *green, unsigned flags, int priority, CUstream *out);
CUresult bf_green_record(struct bf_object *green, CUevent handle);
CUresult bf_green_wait(struct bf_object *green, CUevent handle);

#endif
