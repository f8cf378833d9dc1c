"""Modules, libraries, kernels, functions."""

from ..model import HAND, LOCAL, Symbol

SYMBOLS = (
    Symbol("cuModuleLoad", 2000, "CUmodule *module, const char *fname", HAND),
    Symbol("cuModuleLoadData", 2000, "CUmodule *module, const void *image", HAND),
    Symbol(
        "cuModuleLoadDataEx",
        2010,
        "CUmodule *module, const void *image, unsigned int numOptions, CUjit_option *options, void **optionValues",
        HAND,
    ),
    Symbol("cuModuleLoadFatBinary", 2000, "CUmodule *module, const void *fatCubin", HAND),
    Symbol("cuModuleUnload", 2000, "CUmodule hmod", HAND),
    Symbol("cuModuleGetLoadingMode", 11070, "CUmoduleLoadingMode *mode", LOCAL),
    Symbol("cuModuleGetFunction", 2000, "CUfunction *hfunc, CUmodule hmod, const char *name", HAND),
    Symbol("cuModuleGetFunctionCount", 12040, "unsigned int *count, CUmodule mod", HAND),
    Symbol("cuModuleEnumerateFunctions", 12040, "CUfunction *functions, unsigned int numFunctions, CUmodule mod", HAND),
    Symbol("cuModuleGetGlobal_v2", 3020, "CUdeviceptr *dptr, size_t *bytes, CUmodule hmod, const char *name", HAND),
    Symbol(
        "cuLibraryLoadData",
        12000,
        "CUlibrary *library, const void *code, CUjit_option *jitOptions, void **jitOptionsValues, unsigned "
        "int numJitOptions, CUlibraryOption *libraryOptions, void **libraryOptionValues, unsigned int "
        "numLibraryOptions",
        HAND,
    ),
    Symbol(
        "cuLibraryLoadFromFile",
        12000,
        "CUlibrary *library, const char *fileName, CUjit_option *jitOptions, void **jitOptionsValues, "
        "unsigned int numJitOptions, CUlibraryOption *libraryOptions, void **libraryOptionValues, unsigned "
        "int numLibraryOptions",
        HAND,
    ),
    Symbol("cuLibraryUnload", 12000, "CUlibrary library", HAND),
    Symbol("cuLibraryGetKernel", 12000, "CUkernel *pKernel, CUlibrary library, const char *name", HAND),
    Symbol("cuLibraryGetKernelCount", 12040, "unsigned int *count, CUlibrary lib", HAND),
    Symbol("cuLibraryEnumerateKernels", 12040, "CUkernel *kernels, unsigned int numKernels, CUlibrary lib", HAND),
    Symbol("cuLibraryGetModule", 12000, "CUmodule *pMod, CUlibrary library", HAND),
    Symbol("cuKernelGetFunction", 12000, "CUfunction *pFunc, CUkernel kernel", HAND),
    Symbol("cuKernelGetLibrary", 12050, "CUlibrary *pLib, CUkernel kernel", LOCAL),
    Symbol("cuLibraryGetGlobal", 12000, "CUdeviceptr *dptr, size_t *bytes, CUlibrary library, const char *name", HAND),
    Symbol("cuLibraryGetManaged", 12000, "CUdeviceptr *dptr, size_t *bytes, CUlibrary library, const char *name", HAND),
    Symbol("cuKernelGetAttribute", 12000, "int *pi, CUfunction_attribute attrib, CUkernel kernel, CUdevice dev", HAND),
    Symbol("cuKernelSetAttribute", 12000, "CUfunction_attribute attrib, int val, CUkernel kernel, CUdevice dev", HAND),
    Symbol("cuKernelSetCacheConfig", 12000, "CUkernel kernel, CUfunc_cache config, CUdevice dev", HAND),
    Symbol("cuKernelGetName", 12030, "const char **name, CUkernel hfunc", LOCAL),
    Symbol(
        "cuKernelGetParamInfo",
        12040,
        "CUkernel kernel, size_t paramIndex, size_t *paramOffset, size_t *paramSize",
        LOCAL,
    ),
    Symbol("cuFuncGetAttribute", 2020, "int *pi, CUfunction_attribute attrib, CUfunction hfunc", LOCAL),
    Symbol("cuFuncSetAttribute", 9000, "CUfunction hfunc, CUfunction_attribute attrib, int value", HAND),
    Symbol("cuFuncSetCacheConfig", 3000, "CUfunction hfunc, CUfunc_cache config", HAND),
    Symbol("cuFuncGetModule", 11000, "CUmodule *hmod, CUfunction hfunc", HAND),
    Symbol("cuFuncGetName", 12030, "const char **name, CUfunction hfunc", LOCAL),
    Symbol(
        "cuFuncGetParamInfo", 12040, "CUfunction func, size_t paramIndex, size_t *paramOffset, size_t *paramSize", LOCAL
    ),
    Symbol("cuFuncIsLoaded", 12040, "CUfunctionLoadingState *state, CUfunction function", LOCAL),
    Symbol("cuFuncLoad", 12040, "CUfunction function", LOCAL),
    Symbol("cuFuncSetSharedMemConfig", 4020, "CUfunction hfunc, CUsharedconfig config", HAND),
)
