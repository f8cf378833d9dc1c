/* What the generated one-line stubs call: a symbol whose call on the wire has the same arguments. */
#ifndef BF_STUB_H
#define BF_STUB_H

#include "../../libcuda/generated/cuda_types.h"
#include "../wire/encode.h"

/* `args` hold the application's values, handles as they are; `outs` its out-parameters in the order of the reply. */
CUresult bf_stub_call(const struct bf_call *call, struct bf_value *args, void *const *outs);

#endif
