/* Entry points of modules and functions. */
#include <stdlib.h>
#include <string.h>

#include "../capture/capture_rules.h"
#include "../state/handles.h"
#include "../state/library.h"

/* Takes over `code`. */
static CUresult load(CUmodule *out, struct sg_context *context, struct sg_code *code, struct sg_jit *jit)
{
    struct sg_module *module;
    CUresult result = sg_module_create(context, code->text, code->bytes, &jit->log, &module);
    sg_code_close(code);
    if (!result)
        *out = (CUmodule)module->handle;
    return result;
}

static CUresult load_image(CUmodule *out, const void *image, unsigned count, const CUjit_option *options, void **values)
{
    struct sg_context *context;
    struct sg_jit jit;
    struct sg_code code;
    TRY(sg_context_current(&context));
    REQUIRE(out && image, CUDA_ERROR_INVALID_VALUE);
    TRY(sg_jit_begin(&jit, count, options, values));
    CUresult result = sg_code_open(image, &jit, &code);
    if (!result)
        result = load(out, context, &code, &jit);
    sg_jit_end(&jit, result);
    return result;
}

CUresult cuModuleLoadData(CUmodule *module, const void *image)
{
    ENTER(cuModuleLoadData);
    return load_image(module, image, 0, NULL, NULL);
}

CUresult cuModuleLoadDataEx(CUmodule *module, const void *image, unsigned int numOptions, CUjit_option *options,
                            void **optionValues)
{
    ENTER(cuModuleLoadDataEx);
    return load_image(module, image, numOptions, options, optionValues);
}

CUresult cuModuleLoadFatBinary(CUmodule *module, const void *fatCubin)
{
    ENTER(cuModuleLoadFatBinary);
    return load_image(module, fatCubin, 0, NULL, NULL);
}

CUresult cuModuleLoad(CUmodule *module, const char *fname)
{
    ENTER(cuModuleLoad);
    struct sg_context *context;
    struct sg_jit jit;
    struct sg_code code;
    TRY(sg_context_current(&context));
    REQUIRE(module && fname, CUDA_ERROR_INVALID_VALUE);
    TRY(sg_jit_begin(&jit, 0, NULL, NULL));
    CUresult result = sg_code_open_file(fname, &jit, &code);
    if (!result)
        result = load(module, context, &code, &jit);
    sg_jit_end(&jit, result);
    return result;
}

static CUresult find(CUmodule handle, struct sg_module **out)
{
    *out = sg_handles_get(handle, SG_MODULE);
    return *out ? sg_context_error((*out)->context) : sg_context_missing();
}

/* With the objects' lock held, so that of several threads that unload a module only one gets it. An instance of a
 * library is unloaded with the library. */
static CUresult take(CUmodule handle, struct sg_module **out)
{
    TRY(find(handle, out));
    REQUIRE(!(*out)->library, CUDA_ERROR_INVALID_HANDLE);
    TRY(sg_capture_rules_unsafe());
    sg_handles_drop(handle);
    return CUDA_SUCCESS;
}

CUresult cuModuleUnload(CUmodule hmod)
{
    ENTER(cuModuleUnload);
    struct sg_module *module;
    sg_objects_lock();
    CUresult result = take(hmod, &module);
    sg_objects_unlock();
    TRY(result);
    sg_wait_context(module->context, false);
    sg_module_destroy(module);
    return CUDA_SUCCESS;
}

CUresult cuModuleGetLoadingMode(CUmoduleLoadingMode *mode)
{
    ENTER(cuModuleGetLoadingMode);
    REQUIRE(mode, CUDA_ERROR_INVALID_VALUE);
    *mode = sg_function_loading_is_eager() ? CU_MODULE_EAGER_LOADING : CU_MODULE_LAZY_LOADING;
    return CUDA_SUCCESS;
}

CUresult cuModuleGetFunction(CUfunction *hfunc, CUmodule hmod, const char *name)
{
    ENTER(cuModuleGetFunction);
    struct sg_module *module;
    TRY(find(hmod, &module));
    REQUIRE(hfunc && name, CUDA_ERROR_INVALID_VALUE);
    struct sg_function *function = sg_module_find(module, name);
    REQUIRE(function, CUDA_ERROR_NOT_FOUND);
    TRY(sg_function_load(function));
    *hfunc = (CUfunction)function->handle;
    return CUDA_SUCCESS;
}

CUresult cuModuleGetFunctionCount(unsigned int *count, CUmodule mod)
{
    ENTER(cuModuleGetFunctionCount);
    struct sg_module *module;
    TRY(find(mod, &module));
    REQUIRE(count, CUDA_ERROR_INVALID_VALUE);
    *count = module->function_count;
    return CUDA_SUCCESS;
}

CUresult cuModuleEnumerateFunctions(CUfunction *functions, unsigned int numFunctions, CUmodule mod)
{
    ENTER(cuModuleEnumerateFunctions);
    struct sg_module *module;
    TRY(find(mod, &module));
    REQUIRE(functions, CUDA_ERROR_INVALID_VALUE);
    for (unsigned i = 0; i < numFunctions && i < module->function_count; i++)
        functions[i] = (CUfunction)module->functions[i].handle;
    return CUDA_SUCCESS;
}

CUresult cuModuleGetGlobal_v2(CUdeviceptr *dptr, size_t *bytes, CUmodule hmod, const char *name)
{
    ENTER(cuModuleGetGlobal_v2);
    struct sg_module *module;
    uint64_t address, size;
    TRY(find(hmod, &module));
    REQUIRE(name && (dptr || bytes), CUDA_ERROR_INVALID_VALUE);
    REQUIRE(sg_program_global(module->program, name, &address, &size), CUDA_ERROR_NOT_FOUND);
    if (dptr)
        *dptr = address;
    if (bytes)
        *bytes = size;
    return CUDA_SUCCESS;
}

/* ---- functions */

static CUresult find_function(CUfunction handle, struct sg_function **out)
{
    return sg_library_function_at(handle, out);
}

/* cuda.h: these are told only of a function that is loaded. */
static bool needs_load(CUfunction_attribute attribute)
{
    return attribute == CU_FUNC_ATTRIBUTE_MAX_THREADS_PER_BLOCK || attribute == CU_FUNC_ATTRIBUTE_CONST_SIZE_BYTES ||
           attribute == CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES;
}

CUresult cuFuncGetAttribute(int *pi, CUfunction_attribute attrib, CUfunction hfunc)
{
    ENTER(cuFuncGetAttribute);
    struct sg_function *function;
    TRY(find_function(hfunc, &function));
    REQUIRE(pi, CUDA_ERROR_INVALID_VALUE);
    REQUIRE(function->loaded || !needs_load(attrib), CUDA_ERROR_FUNCTION_NOT_LOADED);
    TRY(sg_function_prepare(function->kernel));
    return sg_function_read(function->info, &function->settings, (int)attrib, pi);
}

CUresult cuFuncSetAttribute(CUfunction hfunc, CUfunction_attribute attrib, int value)
{
    ENTER(cuFuncSetAttribute);
    struct sg_function *function;
    TRY(find_function(hfunc, &function));
    TRY(sg_function_load(function));
    TRY(sg_function_write(function->info, &function->settings, (int)attrib, value));
    function->own |= 1u << attrib;
    return CUDA_SUCCESS;
}

CUresult cuFuncSetCacheConfig(CUfunction hfunc, CUfunc_cache config)
{
    ENTER(cuFuncSetCacheConfig);
    struct sg_function *function;
    TRY(find_function(hfunc, &function));
    REQUIRE((unsigned)config <= CU_FUNC_CACHE_PREFER_EQUAL, CUDA_ERROR_INVALID_VALUE);
    return CUDA_SUCCESS;
}

CUresult cuFuncSetSharedMemConfig(CUfunction hfunc, CUsharedconfig config)
{
    ENTER(cuFuncSetSharedMemConfig);
    struct sg_function *function;
    TRY(find_function(hfunc, &function));
    REQUIRE((unsigned)config <= CU_SHARED_MEM_CONFIG_EIGHT_BYTE_BANK_SIZE, CUDA_ERROR_INVALID_VALUE);
    return CUDA_SUCCESS;
}

CUresult cuFuncGetModule(CUmodule *hmod, CUfunction hfunc)
{
    ENTER(cuFuncGetModule);
    struct sg_function *function;
    TRY(find_function(hfunc, &function));
    REQUIRE(hmod, CUDA_ERROR_INVALID_VALUE);
    *hmod = (CUmodule)function->module->handle;
    return CUDA_SUCCESS;
}

CUresult cuFuncGetName(const char **name, CUfunction hfunc)
{
    ENTER(cuFuncGetName);
    struct sg_function *function;
    REQUIRE(hfunc, CUDA_ERROR_INVALID_VALUE);
    TRY(find_function(hfunc, &function));
    REQUIRE(name, CUDA_ERROR_INVALID_VALUE);
    *name = function->info->name;
    return CUDA_SUCCESS;
}

CUresult cuFuncGetParamInfo(CUfunction func, size_t paramIndex, size_t *paramOffset, size_t *paramSize)
{
    ENTER(cuFuncGetParamInfo);
    struct sg_function *function;
    REQUIRE(func, CUDA_ERROR_INVALID_VALUE);
    TRY(find_function(func, &function));
    return sg_function_param(function->info, paramIndex, paramOffset, paramSize);
}

CUresult cuFuncIsLoaded(CUfunctionLoadingState *state, CUfunction function)
{
    ENTER(cuFuncIsLoaded);
    struct sg_function *found;
    TRY(find_function(function, &found));
    REQUIRE(state, CUDA_ERROR_INVALID_VALUE);
    *state = found->loaded ? CU_FUNCTION_LOADING_STATE_LOADED : CU_FUNCTION_LOADING_STATE_UNLOADED;
    return CUDA_SUCCESS;
}

CUresult cuFuncLoad(CUfunction function)
{
    ENTER(cuFuncLoad);
    struct sg_function *found;
    TRY(find_function(function, &found));
    return sg_function_load(found);
}
