/* Entry points of a library's kernels. */
#include "../state/handles.h"
#include "../state/library.h"

static CUresult find(CUkernel handle, struct sg_library_kernel **out)
{
    *out = sg_handles_get(handle, SG_KERNEL);
    return *out ? CUDA_SUCCESS : CUDA_ERROR_INVALID_HANDLE;
}

CUresult cuKernelGetFunction(CUfunction *pFunc, CUkernel kernel)
{
    ENTER(cuKernelGetFunction);
    struct sg_library_kernel *found;
    struct sg_context *context;
    struct sg_function *function;
    TRY(sg_context_current(&context));
    TRY(find(kernel, &found));
    REQUIRE(pFunc, CUDA_ERROR_INVALID_VALUE);
    TRY(sg_library_function(found, context, &function));
    *pFunc = (CUfunction)function->handle;
    return CUDA_SUCCESS;
}

CUresult cuKernelGetLibrary(CUlibrary *pLib, CUkernel kernel)
{
    ENTER(cuKernelGetLibrary);
    struct sg_library_kernel *found;
    TRY(find(kernel, &found));
    REQUIRE(pLib, CUDA_ERROR_INVALID_VALUE);
    *pLib = (CUlibrary)found->library->handle;
    return CUDA_SUCCESS;
}

CUresult cuKernelGetName(const char **name, CUkernel hfunc)
{
    ENTER(cuKernelGetName);
    struct sg_library_kernel *found;
    REQUIRE(hfunc, CUDA_ERROR_INVALID_VALUE);
    TRY(find(hfunc, &found));
    REQUIRE(name, CUDA_ERROR_INVALID_VALUE);
    *name = found->info->name;
    return CUDA_SUCCESS;
}

CUresult cuKernelGetParamInfo(CUkernel kernel, size_t paramIndex, size_t *paramOffset, size_t *paramSize)
{
    ENTER(cuKernelGetParamInfo);
    struct sg_library_kernel *found;
    struct sg_context *context;
    REQUIRE(kernel, CUDA_ERROR_INVALID_VALUE);
    TRY(find(kernel, &found));
    TRY(sg_context_current(&context));
    return sg_function_param(found->info, paramIndex, paramOffset, paramSize);
}

CUresult cuKernelGetAttribute(int *pi, CUfunction_attribute attrib, CUkernel kernel, CUdevice dev)
{
    ENTER(cuKernelGetAttribute);
    struct sg_library_kernel *found;
    TRY(find(kernel, &found));
    REQUIRE(sg_device_at(dev), CUDA_ERROR_INVALID_DEVICE);
    REQUIRE(pi, CUDA_ERROR_INVALID_VALUE);
    TRY(sg_function_prepare(found->kernel));
    return sg_function_read(found->info, &found->settings[dev], (int)attrib, pi);
}

CUresult cuKernelSetAttribute(CUfunction_attribute attrib, int val, CUkernel kernel, CUdevice dev)
{
    ENTER(cuKernelSetAttribute);
    struct sg_library_kernel *found;
    TRY(find(kernel, &found));
    REQUIRE(sg_device_at(dev), CUDA_ERROR_INVALID_DEVICE);
    TRY(sg_function_prepare(found->kernel));
    TRY(sg_function_write(found->info, &found->settings[dev], (int)attrib, val));
    sg_library_setting_changed(found, dev, (int)attrib, val);
    return CUDA_SUCCESS;
}

CUresult cuKernelSetCacheConfig(CUkernel kernel, CUfunc_cache config, CUdevice dev)
{
    ENTER(cuKernelSetCacheConfig);
    struct sg_library_kernel *found;
    TRY(find(kernel, &found));
    REQUIRE(sg_device_at(dev), CUDA_ERROR_INVALID_DEVICE);
    REQUIRE((unsigned)config <= CU_FUNC_CACHE_PREFER_EQUAL, CUDA_ERROR_INVALID_VALUE);
    return CUDA_SUCCESS;
}
