/* Modules: load, unload, what is in them. The server keeps the code; a function's facts are kept here. */
#include <stdlib.h>

#include "../../libcuda/block_need.h"
#include "../../libcuda/generated/cuda_api.h"
#include "../state/contexts.h"
#include "../state/drop.h"
#include "../state/images.h"
#include "../state/jit.h"
#include "../state/lookup.h"
#include "../state/memory.h"
#include "../state/modules.h"
#include "../state/waits.h"

/* Load it if the server has kept it; false if it has not. */
static bool load_kept(struct bf_object *context, const struct bf_bytes *image, const struct bf_jit *jit,
                      uint64_t number, uint64_t first, struct bf_ask *ask, CUresult *result)
{
    uint8_t digest[BF_DIGEST_BYTES];
    if (!bf_images_may_be_there(context->server, image->bytes))
        return false;
    bf_digest_of(image->data, image->bytes, digest);
    *result = BF_ASK_HELD(bf_in(context), NULL, ask, module_load_kept, bf_u(number), bf_bytes(jit->packed, jit->bytes),
                          bf_u(first), bf_bytes(digest, sizeof digest));
    if (*result || ask->values[BF_JIT_VALUES + 1].s)
        return true;
    bf_stream_ask_end(ask);
    return false;
}

static CUresult load(struct bf_object *context, const struct bf_bytes *image, const struct bf_jit *jit, CUmodule *out)
{
    uint64_t number = bf_server_number(context->server),
             first = bf_server_numbers(context->server, BF_LISTED_AT_LOAD_MAX);
    struct bf_rows bulk = bf_rows_plain(image->data, image->bytes);
    struct bf_object *module = NULL;
    struct bf_ask ask;
    CUresult result;
    if (!load_kept(context, image, jit, number, first, &ask, &result))
        result = BF_ASK_HELD(bf_in(context), &bulk, &ask, module_load, bf_u(number), bf_bytes(jit->packed, jit->bytes),
                             bf_u(first));
    bf_jit_return(&jit->asked, ask.values);
    if (!result)
        module =
            bf_modules_new(&(struct bf_object){.server = context->server,
                                               .number = number,
                                               .owner = context,
                                               .module = {.context = context,
                                                          .context_number = context->number,
                                                          .free_block = lc_block_need_none(image->data, image->bytes)}},
                           first, &ask.values[BF_JIT_VALUES]);
    bf_stream_ask_end(&ask);
    if (module)
        *out = (CUmodule)module;
    return module || result ? result : CUDA_ERROR_OUT_OF_MEMORY;
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

CUresult cuModuleUnload(CUmodule hmod)
{
    struct bf_object *module;
    CUresult result = bf_lookup_module(hmod, &module);
    if (result)
        return result;
    if (module->owner != module->module.context)
        return CUDA_ERROR_INVALID_HANDLE;   /* a library's, which ends with it */
    result = lc_capture_rules_unsafe();
    if (result)
        return result;
    if (!bf_objects_claim(module))
        return CUDA_ERROR_INVALID_HANDLE;
    struct bf_target to = bf_in(module->module.context);
    uint64_t number = module->number;
    bf_waits_settle(module->module.context);
    bf_objects_free(module, bf_drop_object);
    return BF_TELL(to, cuModuleUnload, bf_u(number));
}

CUresult cuModuleGetGlobal_v2(CUdeviceptr *dptr, size_t *bytes, CUmodule hmod, const char *name)
{
    struct bf_object *module;
    struct bf_value out[3];
    CUresult result = bf_lookup_module(hmod, &module);
    if (!result && ((!dptr && !bytes) || !name))
        result = CUDA_ERROR_INVALID_VALUE;
    if (!result)
        result = bf_lookup_name(name);
    if (!result)
        result = BF_ASK(bf_in(module->module.context), out, cuModuleGetGlobal_v2, bf_u(module->number), bf_text(name));
    if (!result)
        result = bf_memory_add_global(module->module.context, module, out[0].u, out[1].u, out[2].s != 0);
    if (result)
        return result;
    if (dptr)
        *dptr = out[0].u;
    if (bytes)
        *bytes = out[1].u;
    return CUDA_SUCCESS;
}
