/* Functions and kernels: what is known about each, and what can be set. */
#include <stdlib.h>

#include "../../libcuda/generated/cuda_api.h"
#include "../state/kernels.h"
#include "../state/libraries.h"
#include "../state/accepted.h"
#include "../state/lookup.h"
#include "functions.h"
#include "../state/modules.h"

static bool is_in_context(const struct bf_object *function, const void *context)
{
    return function->function.context_number == ((const struct bf_object *)context)->number;
}

CUresult cuKernelGetFunction(CUfunction *pFunc, CUkernel kernel)
{
    struct bf_object *object, *context;
    uint64_t kernel_number;
    CUresult result = bf_contexts_current(&context);
    if (!result)
        result = bf_lookup_find(BF_KERNEL, kernel, &object);
    if (!result && !pFunc)
        result = CUDA_ERROR_INVALID_VALUE;
    if (!result)
        result = bf_kernels_find((CUfunction)kernel, context, &object, &kernel_number);
    if (result)
        return result;
    struct bf_object *function = bf_objects_child(object, BF_FUNCTION, is_in_context, context);
    if (!function) {
        uint64_t number = bf_server_number(context->server);
        struct bf_ask ask;
        result = BF_ASK_HELD(bf_in(context), NULL, &ask, kernel_get_function, bf_u(number), bf_u(kernel_number));
        struct bf_code *code =
            result ? NULL : bf_code_new(object->function.code->name, ask.values[0].p, ask.values[0].bytes, false);
        bf_stream_ask_end(&ask);
        if (code) {
            code->free_block = object->function.code->free_block;
            function = bf_objects_new(&(struct bf_object){
                .kind = BF_FUNCTION,
                .server = context->server,
                .number = number,
                .owner = object,
                .function = {.code = code, .context = context, .context_number = context->number, .loaded = true}});
        }
        if (!function) {
            bf_code_free(code);
            return result ? result : CUDA_ERROR_OUT_OF_MEMORY;
        }
    }
    *pFunc = (CUfunction)function;
    return CUDA_SUCCESS;
}

/* A kernel on a device: what a call about the two needs. */
static CUresult find_on_device(CUkernel handle, CUdevice dev, struct bf_object **kernel, struct bf_device **device,
                               uint64_t *number)
{
    CUresult result = bf_lookup_find(BF_KERNEL, handle, kernel);
    if (result)
        return result;
    *device = bf_client_device(dev);
    if (!*device)
        return CUDA_ERROR_INVALID_DEVICE;
    return bf_kernels_find((CUfunction)handle, (*device)->primary, kernel, number);
}

CUresult cuKernelGetAttribute(int *pi, CUfunction_attribute attrib, CUkernel kernel, CUdevice dev)
{
    struct bf_object *object;
    struct bf_device *device;
    uint64_t number;
    struct bf_value value;
    CUresult result = find_on_device(kernel, dev, &object, &device, &number);
    if (!result && (!pi || (unsigned)attrib >= object->function.code->attribute_count))
        result = CUDA_ERROR_INVALID_VALUE;
    if (result)
        return result;
    if (dev == object->function.code->described_device) {
        *pi = object->function.code->attributes[attrib];
        return CUDA_SUCCESS;
    }
    result =
        BF_ASK(bf_on(device->server), &value, kernel_get_attribute, bf_u(attrib), bf_u(number), bf_i(device->local));
    if (!result)
        *pi = (int)value.s;
    return result;
}

struct setting {
    CUdevice device;
    unsigned attribute;
    int value;
};

/* What is set on a kernel holds for its functions on that device, but for what was set on them. For
 * bf_objects_child: it is never the one. */
static bool take_setting(const struct bf_object *function, const void *user)
{
    const struct setting *setting = user;
    struct bf_code *code = function->function.code;
    bool applies = function->function.context->context.device->ordinal == setting->device &&
                   setting->attribute < code->attribute_count && !(code->own >> setting->attribute & 1);
    if (applies)
        code->attributes[setting->attribute] = setting->value;
    bf_accepted_forget(code);
    return false;
}

CUresult cuKernelSetAttribute(CUfunction_attribute attrib, int val, CUkernel kernel, CUdevice dev)
{
    struct bf_object *object;
    struct bf_device *device;
    uint64_t number;
    CUresult result = find_on_device(kernel, dev, &object, &device, &number);
    if (!result)
        result = BF_ASK(bf_on(device->server), NULL, cuKernelSetAttribute, bf_u(attrib), bf_i(val), bf_u(number),
                        bf_i(device->local));
    if (result)
        return result;
    struct bf_code *code = object->function.code;
    if (dev == code->described_device && (unsigned)attrib < code->attribute_count)
        code->attributes[attrib] = val;
    bf_accepted_forget(code);
    bf_objects_child(object, BF_FUNCTION, take_setting, &(struct setting){dev, attrib, val});
    return CUDA_SUCCESS;
}

CUresult cuKernelSetCacheConfig(CUkernel kernel, CUfunc_cache config, CUdevice dev)
{
    struct bf_object *object;
    struct bf_device *device;
    uint64_t number;
    CUresult result = find_on_device(kernel, dev, &object, &device, &number);
    if (!result && (unsigned)config > CU_FUNC_CACHE_PREFER_EQUAL)
        result = CUDA_ERROR_INVALID_VALUE;
    return result ? result
                  : BF_TELL(bf_on(device->server), cuKernelSetCacheConfig, bf_u(number), bf_u(config),
                            bf_i(device->local));
}

CUresult bf_functions_settable(CUfunction handle, struct bf_object **out)
{
    CUresult result = CUDA_SUCCESS;
    if (bf_objects_find(handle, BF_KERNEL))
        result = cuKernelGetFunction(&handle, (CUkernel)handle);
    if (!result)
        result = bf_lookup_find(BF_FUNCTION, handle, out);
    return result ? result : bf_contexts_check_in((*out)->function.context, (*out)->function.context_number);
}

CUresult cuFuncSetAttribute(CUfunction hfunc, CUfunction_attribute attrib, int value)
{
    struct bf_object *function;
    CUresult result = bf_functions_settable(hfunc, &function);
    if (!result)
        result = BF_ASK(bf_in(function->function.context), NULL, cuFuncSetAttribute, bf_u(function->number),
                        bf_u(attrib), bf_i(value));
    if (result)
        return result;
    function->function.loaded = true;
    struct bf_code *code = function->function.code;
    if ((unsigned)attrib < code->attribute_count) {
        code->attributes[attrib] = value;
        code->own |= (uint64_t)1 << attrib;
    }
    bf_accepted_forget(code);
    if (atomic_load(&function->owner->kind) == BF_KERNEL) {
        function->owner->function.code->overridden = true;
        bf_accepted_forget(function->owner->function.code);
    }
    return CUDA_SUCCESS;
}

/* Of what a kernel is in, where the calls of this thread are made. */
static CUresult module_of(struct bf_object *library, CUmodule *out)
{
    struct bf_object *context, *module;
    CUresult result = bf_contexts_current(&context);
    if (!result)
        result = bf_libraries_module(library, context, &module);
    if (!result)
        *out = (CUmodule)module;
    return result;
}

CUresult cuFuncGetModule(CUmodule *hmod, CUfunction hfunc)
{
    struct bf_object *object;
    CUresult result = bf_lookup_function(hfunc, &object);
    if (!result && !hmod)
        result = CUDA_ERROR_INVALID_VALUE;
    if (result)
        return result;
    while (object->owner && atomic_load(&object->kind) != BF_MODULE && atomic_load(&object->kind) != BF_LIBRARY)
        object = object->owner;
    if (atomic_load(&object->kind) == BF_LIBRARY)
        return module_of(object, hmod);
    *hmod = (CUmodule)object;
    return CUDA_SUCCESS;
}
