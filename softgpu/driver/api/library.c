/* Entry points of libraries. */
#include "../capture/capture_rules.h"
#include "../state/library.h"
#include "context.h"

#include <string.h>

#include "../../../libcuda/library_options.h"
#include "../state/handles.h"

/* Takes over `code`. */
static CUresult load(CUlibrary *out, struct sg_code *code, struct sg_jit *jit)
{
    struct sg_library *library;
    CUresult result = sg_library_create(code, &jit->log, &library);
    sg_code_close(code);
    if (!result)
        *out = (CUlibrary)library->handle;
    return result;
}

CUresult cuLibraryLoadData(CUlibrary *library, const void *code, CUjit_option *jitOptions, void **jitOptionsValues,
                           unsigned int numJitOptions, CUlibraryOption *libraryOptions, void **libraryOptionValues,
                           unsigned int numLibraryOptions)
{
    ENTER(cuLibraryLoadData);
    bool preserved;   /* it is copied anyway */
    struct sg_jit jit;
    struct sg_code opened;
    REQUIRE(library && code, CUDA_ERROR_INVALID_VALUE);
    TRY(lc_library_options_read(numLibraryOptions, libraryOptions, libraryOptionValues, &preserved));
    TRY(sg_jit_begin(&jit, numJitOptions, jitOptions, jitOptionsValues));
    CUresult result = sg_code_open(code, &jit, &opened);
    if (!result)
        result = load(library, &opened, &jit);
    sg_jit_end(&jit, result);
    return result;
}

CUresult cuLibraryLoadFromFile(CUlibrary *library, const char *fileName, CUjit_option *jitOptions,
                               void **jitOptionsValues, unsigned int numJitOptions, CUlibraryOption *libraryOptions,
                               void **libraryOptionValues, unsigned int numLibraryOptions)
{
    ENTER(cuLibraryLoadFromFile);
    bool preserved;   /* it is copied anyway */
    struct sg_jit jit;
    struct sg_code opened;
    REQUIRE(library && fileName, CUDA_ERROR_INVALID_VALUE);
    TRY(lc_library_options_read(numLibraryOptions, libraryOptions, libraryOptionValues, &preserved));
    TRY(sg_jit_begin(&jit, numJitOptions, jitOptions, jitOptionsValues));
    CUresult result = sg_code_open_file(fileName, &jit, &opened);
    if (!result)
        result = load(library, &opened, &jit);
    sg_jit_end(&jit, result);
    return result;
}

CUresult cuLibraryUnload(CUlibrary library)
{
    ENTER(cuLibraryUnload);
    struct sg_library *found = sg_handles_get(library, SG_LIBRARY);
    REQUIRE(found, CUDA_ERROR_INVALID_HANDLE);
    TRY(sg_capture_rules_unsafe());
    REQUIRE(sg_handles_drop(library), CUDA_ERROR_INVALID_HANDLE);
    sg_library_destroy(found);
    return CUDA_SUCCESS;
}

/* ---- what is in a library */

static CUresult find_library(CUlibrary handle, struct sg_library **out)
{
    *out = sg_handles_get(handle, SG_LIBRARY);
    return *out ? CUDA_SUCCESS : CUDA_ERROR_INVALID_HANDLE;
}

CUresult cuLibraryGetKernel(CUkernel *pKernel, CUlibrary library, const char *name)
{
    ENTER(cuLibraryGetKernel);
    struct sg_library *found;
    TRY(find_library(library, &found));
    REQUIRE(pKernel && name, CUDA_ERROR_INVALID_VALUE);
    for (uint32_t i = 0; i < found->kernel_count; i++) {
        if (strcmp(found->kernels[i].info->name, name) == 0) {
            *pKernel = (CUkernel)found->kernels[i].handle;
            return CUDA_SUCCESS;
        }
    }
    return CUDA_ERROR_NOT_FOUND;
}

CUresult cuLibraryGetKernelCount(unsigned int *count, CUlibrary lib)
{
    ENTER(cuLibraryGetKernelCount);
    struct sg_library *found;
    TRY(find_library(lib, &found));
    REQUIRE(count, CUDA_ERROR_INVALID_VALUE);
    *count = found->kernel_count;
    return CUDA_SUCCESS;
}

CUresult cuLibraryEnumerateKernels(CUkernel *kernels, unsigned int numKernels, CUlibrary lib)
{
    ENTER(cuLibraryEnumerateKernels);
    struct sg_library *found;
    TRY(find_library(lib, &found));
    REQUIRE(kernels, CUDA_ERROR_INVALID_VALUE);
    for (unsigned i = 0; i < numKernels && i < found->kernel_count; i++)
        kernels[i] = (CUkernel)found->kernels[i].handle;
    return CUDA_SUCCESS;
}

CUresult cuLibraryGetModule(CUmodule *pMod, CUlibrary library)
{
    ENTER(cuLibraryGetModule);
    struct sg_library *found;
    struct sg_context *context;
    struct sg_module *module;
    TRY(find_library(library, &found));
    TRY(sg_context_current(&context));
    REQUIRE(pMod, CUDA_ERROR_INVALID_VALUE);
    TRY(sg_library_module(found, context, &module));
    *pMod = (CUmodule)module->handle;
    return CUDA_SUCCESS;
}

CUresult cuLibraryGetGlobal(CUdeviceptr *dptr, size_t *bytes, CUlibrary library, const char *name)
{
    ENTER(cuLibraryGetGlobal);
    struct sg_library *found;
    struct sg_context *context;
    struct sg_module *module;
    uint64_t address, size;
    TRY(find_library(library, &found));
    TRY(sg_context_current(&context));
    REQUIRE((dptr || bytes) && name, CUDA_ERROR_INVALID_VALUE);
    TRY(sg_library_module(found, context, &module));
    REQUIRE(sg_program_global(module->program, name, &address, &size), CUDA_ERROR_NOT_FOUND);
    if (dptr)
        *dptr = address;
    if (bytes)
        *bytes = size;
    return CUDA_SUCCESS;
}

/* No device can call functions of the host, so no function is a unified one. */
CUresult cuLibraryGetUnifiedFunction(void **fptr, CUlibrary library, const char *symbol)
{
    ENTER(cuLibraryGetUnifiedFunction);
    struct sg_library *found;
    TRY(find_library(library, &found));
    REQUIRE(fptr && symbol, CUDA_ERROR_INVALID_VALUE);
    return CUDA_ERROR_NOT_FOUND;
}

/* Where a managed variable is: in the current context or, for a program that has none yet, in the first device's primary
 * one, which is there from now on. All memory of a device is the host's own. */
static CUresult home_of_managed(struct sg_context **out)
{
    CUresult result = sg_context_current(out);
    if (result != CUDA_ERROR_INVALID_CONTEXT)
        return result;
    const struct sg_device *device = sg_device_at(0);
    TRY(sg_context_retain_primary(device));
    *out = device->primary;
    return CUDA_SUCCESS;
}

CUresult cuLibraryGetManaged(CUdeviceptr *dptr, size_t *bytes, CUlibrary library, const char *name)
{
    ENTER(cuLibraryGetManaged);
    struct sg_library *found;
    struct sg_context *context;
    struct sg_module *module;
    uint64_t address, size;
    TRY(find_library(library, &found));
    REQUIRE((dptr || bytes) && name, CUDA_ERROR_INVALID_VALUE);
    TRY(home_of_managed(&context));
    REQUIRE(sg_program_is_managed(found->program, name), CUDA_ERROR_NOT_FOUND);
    TRY(sg_library_module(found, context, &module));
    REQUIRE(sg_program_global(module->program, name, &address, &size), CUDA_ERROR_NOT_FOUND);
    if (dptr)
        *dptr = address;
    if (bytes)
        *bytes = size;
    return CUDA_SUCCESS;
}
