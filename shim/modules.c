/* Modules: load, unload, what is in them. The server keeps the code; a function's facts are kept here. */
#include "modules.h"

#include <stdlib.h>

#include "../libcuda/block_need.h"
#include "../libcuda/generated/cuda_api.h"
#include "contexts.h"
#include "images.h"
#include "jit.h"

static CUresult load(struct bf_object *context, const struct bf_bytes *image, const struct bf_jit *jit, CUmodule *out)
{
    uint64_t number = bf_server_number(context->server);
    struct bf_rows bulk = bf_rows_plain(image->data, image->bytes);
    struct bf_ask ask;
    CUresult result = BF_ASK_HELD(bf_in(context), &bulk, &ask, module_load, bf_u(number),
                                  bf_bytes(jit->packed, jit->bytes));
    bf_jit_return_logs(jit, &ask.values[0], &ask.values[1]);
    bf_stream_ask_end(&ask);
    if (result)
        return result;
    struct bf_object *module = bf_objects_new(&(struct bf_object){
        .kind = BF_MODULE, .server = context->server, .number = number, .owner = context,
        .module = {.context = context, .context_number = context->number,
                   .free_block = lc_block_need_none(image->data, image->bytes)}});
    if (!module)
        return CUDA_ERROR_OUT_OF_MEMORY;
    *out = (CUmodule)module;
    return CUDA_SUCCESS;
}

CUresult cuModuleLoadDataEx(CUmodule *module, const void *image, unsigned int numOptions, CUjit_option *options,
                            void **optionValues)
{
    struct bf_object *context;
    struct bf_bytes bytes;
    struct bf_jit jit;
    CUresult result = bf_contexts_current(&context);
    if (!result && !module)
        result = CUDA_ERROR_INVALID_VALUE;
    if (!result)
        result = bf_jit_pack(numOptions, options, optionValues, &jit);
    if (!result)
        result = bf_images_from_memory(image, &bytes);
    if (result)
        return result;
    result = load(context, &bytes, &jit, module);
    bf_images_release(&bytes);
    return result;
}

CUresult cuModuleLoadData(CUmodule *module, const void *image)
{
    return cuModuleLoadDataEx(module, image, 0, NULL, NULL);
}

CUresult cuModuleLoadFatBinary(CUmodule *module, const void *fatCubin)
{
    return cuModuleLoadDataEx(module, fatCubin, 0, NULL, NULL);
}

CUresult cuModuleLoad(CUmodule *module, const char *fname)
{
    struct bf_object *context;
    struct bf_bytes bytes;
    struct bf_jit jit;
    CUresult result = bf_contexts_current(&context);
    if (!result && !module)
        result = CUDA_ERROR_INVALID_VALUE;
    if (!result)
        result = bf_jit_pack(0, NULL, NULL, &jit);
    if (!result)
        result = bf_images_from_file(fname, &bytes);
    if (result)
        return result;
    result = load(context, &bytes, &jit, module);
    bf_images_release(&bytes);
    return result;
}

/* The module that a handle names, in a context that can be used. */
static CUresult find(CUmodule handle, struct bf_object **out)
{
    if (!bf_client_ready())
        return CUDA_ERROR_NOT_INITIALIZED;
    *out = bf_objects_find(handle, BF_MODULE);
    return *out ? (CUresult)atomic_load(&(*out)->server->stream.lost) : bf_contexts_no_handle();
}

static struct bf_target target_of(const struct bf_object *module)
{
    return (struct bf_target){module->server, module->module.context_number, NULL};
}

CUresult cuModuleUnload(CUmodule hmod)
{
    struct bf_object *module;
    CUresult result = find(hmod, &module);
    if (result)
        return result;
    if (module->owner != module->module.context)
        return CUDA_ERROR_INVALID_HANDLE;   /* a library's, which ends with it */
    struct bf_target to = target_of(module);
    uint64_t number = module->number;
    bf_objects_free(module, bf_code_drop);
    return BF_TELL(to, cuModuleUnload, bf_u(number));
}

CUresult cuModuleGetLoadingMode(CUmoduleLoadingMode *mode)
{
    if (!bf_client_ready())
        return CUDA_ERROR_NOT_INITIALIZED;
    if (!mode)
        return CUDA_ERROR_INVALID_VALUE;
    *mode = CU_MODULE_LAZY_LOADING;
    return CUDA_SUCCESS;
}

/* The same name gives the same handle. */
bool bf_modules_is_named(const struct bf_object *function, const void *name)
{
    return strcmp(function->function.code->name, name) == 0;
}

struct bf_object *bf_modules_new_function(struct bf_object *module, uint64_t number, const char *name,
                                          const struct bf_value *description)
{
    struct bf_code *code = bf_code_new(name, description->p, description->bytes, false);
    if (!code)
        return NULL;
    code->free_block = module->module.free_block;
    struct bf_object *function = bf_objects_new(&(struct bf_object){
        .kind = BF_FUNCTION, .server = module->server, .number = number, .owner = module,
        .function = {.code = code, .context_number = module->module.context_number}});
    if (!function)
        bf_code_free(code);
    return function;
}

CUresult cuModuleGetFunction(CUfunction *hfunc, CUmodule hmod, const char *name)
{
    struct bf_object *module;
    CUresult result = find(hmod, &module);
    if (!result && (!hfunc || !name || strlen(name) > BF_NAME_BYTES_MAX))
        result = CUDA_ERROR_INVALID_VALUE;
    if (result)
        return result;
    struct bf_object *function = bf_objects_child(module, BF_FUNCTION, bf_modules_is_named, name);
    if (!function) {
        uint64_t number = bf_server_number(module->server);
        struct bf_ask ask;
        result = BF_ASK_HELD(target_of(module), NULL, &ask, module_get_function, bf_u(number), bf_u(module->number),
                             bf_text(name));
        if (!result)
            function = bf_modules_new_function(module, number, name, &ask.values[0]);
        bf_stream_ask_end(&ask);
    }
    if (function)
        *hfunc = (CUfunction)function;
    return function || result ? result : CUDA_ERROR_OUT_OF_MEMORY;
}

CUresult bf_modules_each_name(const struct bf_value *names, bf_name_visitor *visit, void *user)
{
    const char *at = names->p, *end = at + names->bytes;
    CUresult result = CUDA_SUCCESS;
    while (at < end && !result) {
        const char *stop = memchr(at, 0, (size_t)(end - at));
        if (!stop)
            return CUDA_ERROR_UNKNOWN;
        result = visit(user, at);
        at = stop + 1;
    }
    return result;
}

unsigned bf_modules_count_names(const struct bf_value *names)
{
    unsigned count = 0;
    for (size_t i = 0; i < names->bytes; i++)
        count += ((const char *)names->p)[i] == 0;
    return count;
}

struct listing {
    CUmodule module;
    CUfunction *out;
    unsigned room;
};

static CUresult list_name(void *user, const char *name)
{
    struct listing *listing = user;
    if (!listing->room)
        return CUDA_SUCCESS;
    listing->room--;
    return cuModuleGetFunction(listing->out++, listing->module, name);
}

/* The names are in `ask`, which is to be ended whatever the result. */
static CUresult ask_names(CUmodule handle, struct bf_ask *ask)
{
    struct bf_object *module;
    *ask = (struct bf_ask){.held = NULL};
    CUresult result = find(handle, &module);
    return result ? result : BF_ASK_HELD(target_of(module), NULL, ask, module_function_names, bf_u(module->number));
}

CUresult cuModuleGetFunctionCount(unsigned int *count, CUmodule mod)
{
    struct bf_ask ask;
    if (!count)
        return CUDA_ERROR_INVALID_VALUE;
    CUresult result = ask_names(mod, &ask);
    if (!result)
        *count = bf_modules_count_names(&ask.values[0]);
    bf_stream_ask_end(&ask);
    return result;
}

CUresult cuModuleEnumerateFunctions(CUfunction *functions, unsigned int numFunctions, CUmodule mod)
{
    if (!functions || !numFunctions)
        return CUDA_ERROR_INVALID_VALUE;
    struct listing listing = {mod, functions, numFunctions};
    struct bf_ask ask;
    CUresult result = ask_names(mod, &ask);
    if (!result)
        result = bf_modules_each_name(&ask.values[0], list_name, &listing);
    bf_stream_ask_end(&ask);
    return result;
}

CUresult cuModuleGetGlobal_v2(CUdeviceptr *dptr, size_t *bytes, CUmodule hmod, const char *name)
{
    struct bf_object *module;
    struct bf_value out[2];
    CUresult result = find(hmod, &module);
    if (!result && ((!dptr && !bytes) || !name || strlen(name) > BF_NAME_BYTES_MAX))
        result = CUDA_ERROR_INVALID_VALUE;
    if (!result)
        result = BF_ASK(target_of(module), out, cuModuleGetGlobal_v2, bf_u(module->number), bf_text(name));
    if (result)
        return result;
    struct bf_range range = {.base = out[0].u, .bytes = out[1].u, .module = module, .context = module->module.context};
    if (!bf_map_add(&module->server->memory, &range))
        return CUDA_ERROR_OUT_OF_MEMORY;
    if (dptr)
        *dptr = out[0].u;
    if (bytes)
        *bytes = out[1].u;
    return CUDA_SUCCESS;
}
