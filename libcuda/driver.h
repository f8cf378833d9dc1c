/* What the export tables ask of the library that links this: defined once by the shim and once by softgpu.
 *
 * Each is called on the application's threads and must answer locally where it can; none may be NULL. */
#ifndef LC_DRIVER_H
#define LC_DRIVER_H

#include "generated/cuda_types.h"

struct lc_driver {
    /* The handle of the device's primary context, neither retained nor activated: the same handle that
     * cuDevicePrimaryCtxRetain gives later. cudart sets it current before it retains it. */
    CUresult (*primary_context)(CUcontext *out, CUdevice device);
    /* The calling thread's current context: 0 and NULL if there is none. */
    CUresult (*current_context)(CUcontext *out);
    /* As cuCtxGetId. */
    CUresult (*context_id)(CUcontext context, unsigned long long *id);
    /* As cuStreamGetId, of a stream of the current context. */
    CUresult (*stream_id)(CUstream stream, unsigned long long *id);
    /* As cuModuleLoadData and cuModuleUnload, in the current context; `image` is what cudart 11.8 registered. */
    CUresult (*module_load)(CUmodule *out, const void *image);
    CUresult (*module_unload)(CUmodule module);
    /* As cuModuleGetFunctionCount and cuModuleEnumerateFunctions. */
    CUresult (*module_function_count)(unsigned int *count, CUmodule module);
    CUresult (*module_functions)(CUfunction *functions, unsigned int count, CUmodule module);
    /* What cudart's self-test covers: must agree with what the public calls tell the same process. */
    CUresult (*driver_version)(int *version);
    CUresult (*device_count)(int *count);
    CUresult (*device_uuid)(CUuuid *uuid, CUdevice device);
    CUresult (*device_attribute)(int *value, CUdevice_attribute attribute, CUdevice device);
};

/* Those that are public calls, the same in every library. */
#define LC_DRIVER_PUBLIC                                                                                               \
    .context_id = cuCtxGetId, .stream_id = cuStreamGetId, .module_load = cuModuleLoadData,                             \
    .module_unload = cuModuleUnload, .module_function_count = cuModuleGetFunctionCount,                                \
    .module_functions = cuModuleEnumerateFunctions, .driver_version = cuDriverGetVersion,                              \
    .device_count = cuDeviceGetCount, .device_uuid = cuDeviceGetUuid, .device_attribute = cuDeviceGetAttribute

extern const struct lc_driver lc_driver;

#endif
