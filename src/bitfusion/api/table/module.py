"""Modules, libraries, kernels, functions."""

from ..notation import read_chapter

CHAPTER = read_chapter(
    """
cuModuleLoad@2000 (CUmodule *module, const char *fname):
    hand
cuModuleLoadData@2000 (CUmodule *module, const void *image):
    is cuModuleLoadDataEx(module, image, 0, NULL, NULL)
cuModuleLoadDataEx@2010 (CUmodule *module, const void *image, unsigned int numOptions, CUjit_option *options, void
        **optionValues):
    hand
cuModuleLoadFatBinary@2000 (CUmodule *module, const void *fatCubin):
    is cuModuleLoadDataEx(module, fatCubin, 0, NULL, NULL)
cuModuleUnload@2000 #91 tell (CUmodule hmod):
    hand
    server: destroys(hmod)
cuModuleGetLoadingMode@11070 (CUmoduleLoadingMode *mode):
    ready; need mode; *mode = bf_modules_load_eagerly() ? CU_MODULE_EAGER_LOADING : CU_MODULE_LAZY_LOADING
cuModuleGetFunction@2000 (CUfunction *hfunc, CUmodule hmod, const char *name):
    module hmod; need hfunc, name;
    *hfunc from bf_enumerate_get(bf_modules_lister(module), name)
cuModuleGetFunctionCount@12040 (unsigned int *count, CUmodule mod):
    module mod; need count; by bf_enumerate_count(bf_modules_lister(module), count)
cuModuleEnumerateFunctions@12040 (CUfunction *functions, unsigned int numFunctions, CUmodule mod):
    module mod; need functions; by bf_enumerate(bf_modules_lister(module), (void **)functions, numFunctions)
cuModuleGetGlobal_v2@3020 #94 ask (CUdeviceptr *dptr, size_t *bytes, CUmodule hmod, const char *name):
    hand
    server (CUdeviceptr *dptr, size_t *bytes, int *managed, CUmodule hmod, const char *name): modules.variable_of_module
    "`managed`: the variable is managed memory."
cuLibraryLoadData@12000 (CUlibrary *library, const void *code, CUjit_option *jitOptions, void **jitOptionsValues,
        unsigned int numJitOptions, CUlibraryOption *libraryOptions, void **libraryOptionValues, unsigned int
        numLibraryOptions):
    hand
cuLibraryLoadFromFile@12000 (CUlibrary *library, const char *fileName, CUjit_option *jitOptions, void
        **jitOptionsValues, unsigned int numJitOptions, CUlibraryOption *libraryOptions, void **libraryOptionValues,
        unsigned int numLibraryOptions):
    hand
cuLibraryUnload@12000 #101 tell (CUlibrary library):
    hand
    server: destroys(library)
cuLibraryGetKernel@12000 (CUkernel *pKernel, CUlibrary library, const char *name):
    find library library as object; need pKernel, name;
    *pKernel from bf_enumerate_get(bf_kernels_lister(object), name)
cuLibraryGetKernelCount@12040 (unsigned int *count, CUlibrary lib):
    find library lib as object; need count; by bf_enumerate_count(bf_kernels_lister(object), count)
cuLibraryEnumerateKernels@12040 (CUkernel *kernels, unsigned int numKernels, CUlibrary lib):
    find library lib as object; need kernels;
    by bf_enumerate(bf_kernels_lister(object), (void **)kernels, numKernels)
cuLibraryGetModule@12000 (CUmodule *pMod, CUlibrary library):
    hand
cuKernelGetFunction@12000 (CUfunction *pFunc, CUkernel kernel):
    hand
cuKernelGetLibrary@12050 (CUlibrary *pLib, CUkernel kernel):
    find kernel kernel as object; need pLib; *pLib = object->owner
cuLibraryGetGlobal@12000 #105 ask (CUdeviceptr *dptr, size_t *bytes, CUlibrary library, const char *name):
    hand
    server (CUdeviceptr *dptr, size_t *bytes, int *managed, CUlibrary library, const char *name):
        modules.variable_of_library
    "As cuModuleGetGlobal_v2."
cuLibraryGetManaged@12000 #115 ask (CUdeviceptr *dptr, size_t *bytes, CUlibrary library, const char *name):
    hand
# No device can call functions of the host, so no function is a unified one.
cuLibraryGetUnifiedFunction@12000 (void **fptr, CUlibrary library, const char *symbol):
    find library library as object; need fptr, symbol; refuse symbol with CUDA_ERROR_NOT_FOUND
cuKernelGetAttribute@12000 (int *pi, CUfunction_attribute attrib, CUkernel kernel, CUdevice dev):
    hand
cuKernelSetAttribute@12000 #107 ask (CUfunction_attribute attrib, int val, CUkernel kernel, CUdevice dev):
    hand
cuKernelSetCacheConfig@12000 #108 tell (CUkernel kernel, CUfunc_cache config, CUdevice dev):
    hand
# NULL is a bad value here and in the next ones, not a bad handle.
cuKernelGetName@12030 (const char **name, CUkernel hfunc):
    ready; refuse !hfunc; find kernel hfunc; need name; *name = kernel->function.code->name
cuKernelGetParamInfo@12040 (CUkernel kernel, size_t paramIndex, size_t *paramOffset, size_t *paramSize):
    ready; refuse !kernel; find kernel kernel as object; current; need paramOffset;
    refuse paramIndex >= object->function.code->param_count;
    *paramOffset = object->function.code->params[paramIndex].offset;
    *paramSize? = object->function.code->params[paramIndex].bytes
cuFuncGetAttribute@2020 (int *pi, CUfunction_attribute attrib, CUfunction hfunc):
    function hfunc; need pi;
    refuse !function->function.loaded && bf_modules_needs_load(attrib) with CUDA_ERROR_FUNCTION_NOT_LOADED;
    refuse (unsigned)attrib >= function->function.code->attribute_count;
    *pi = function->function.code->attributes[attrib]
cuFuncSetAttribute@9000 #110 ask (CUfunction hfunc, CUfunction_attribute attrib, int value):
    hand
cuFuncSetCacheConfig@3000 #111 (CUfunction hfunc, CUfunc_cache config):
    settable hfunc; refuse (unsigned)config > CU_FUNC_CACHE_PREFER_EQUAL; tell
cuFuncGetModule@11000 (CUmodule *hmod, CUfunction hfunc):
    hand
cuFuncGetName@12030 (const char **name, CUfunction hfunc):
    ready; refuse !hfunc; function hfunc; need name; *name = function->function.code->name
cuFuncGetParamInfo@12040 (CUfunction func, size_t paramIndex, size_t *paramOffset, size_t *paramSize):
    ready; refuse !func; function func; need paramOffset;
    refuse paramIndex >= function->function.code->param_count;
    *paramOffset = function->function.code->params[paramIndex].offset;
    *paramSize? = function->function.code->params[paramIndex].bytes
# What is described is loaded on the server; the program sees what it would see of its own driver.
cuFuncIsLoaded@12040 (CUfunctionLoadingState *state, CUfunction function):
    function function as object; need state;
    *state = object->function.loaded ? CU_FUNCTION_LOADING_STATE_LOADED : CU_FUNCTION_LOADING_STATE_UNLOADED
cuFuncLoad@12040 (CUfunction function):
    function function as object; set object->function.loaded = true
cuFuncSetSharedMemConfig@4020 #112 (CUfunction hfunc, CUsharedconfig config):
    settable hfunc; refuse (unsigned)config > CU_SHARED_MEM_CONFIG_EIGHT_BYTE_BANK_SIZE; tell
# Calls of the wire alone.
# A description is packed little-endian u32 attribute_count, i32 attribute values 0.., u32 param_count, then u32 offset,
# u32 size of each parameter. A listing is u32 how many there are in all (0xffffffff: the driver cannot tell), then of
# each that is listed its name with a NUL, u32 size of its description, and that. They are numbered one after another.
module_load #90 ask bulk in (CUmodule *mod, bytes options, cuuint64_t first, bytes *info_log, bytes *error_log,
        bytes *facts, listing *mod):
    server: modules.module_load
    "bulk is the image; options: packed i32 CUjit_option, u64 value pairs. Logs and facts also come on failure; facts:
    packed f32 of the milliseconds that the driver took. The functions are listed if they are few, and numbered from
    `first`; 0: they are not wanted."
module_get_function #92 ask (CUfunction *fn, CUmodule mod, const char *name, description *fn):
    server: cuModuleGetFunction(mod, name)
module_functions #95 ask (CUmodule mod, cuuint64_t first, unsigned int start, listing *mod):
    server: CUDA_SUCCESS
    "Functions from the one at index `start`, numbered from `first`, as many as go into a reply; none if `first` is
    0."
library_load #100 ask bulk in (CUlibrary *lib, bytes options, int preserve_binary, cuuint64_t first, CUdevice dev,
        bytes *info_log, bytes *error_log, bytes *facts, listing *lib):
    server: modules.library_load
    "As module_load; needs no context. Attributes are those on device `dev`."
library_get_kernel #102 ask (CUkernel *kernel, CUlibrary lib, const char *name, CUdevice dev, description *kernel):
    server: cuLibraryGetKernel(lib, name)
    "Attributes are those on device `dev`."
library_get_module #104 ask (CUmodule *mod, CUlibrary lib, cuuint64_t first, listing *mod):
    server: cuLibraryGetModule(lib)
    "The functions are listed as with module_load."
kernel_get_function #106 ask (CUfunction *fn, CUkernel kernel, description *fn):
    server: cuKernelGetFunction(kernel)
kernel_get_attribute #109 ask (CUfunction_attribute attrib, CUkernel kernel, CUdevice dev, int *pi):
    server: cuKernelGetAttribute(attrib, kernel, dev)
    "For a device other than the description's."
library_kernels #113 ask (CUlibrary lib, cuuint64_t first, unsigned int start, CUdevice dev, listing *lib):
    server: CUDA_SUCCESS
    "As module_functions."
module_load_kept #470 ask (CUmodule *mod, bytes options, cuuint64_t first, bytes digest, bytes *info_log, bytes
        *error_log, bytes *facts, listing *mod, int *kept):
    server: modules.module_load_kept
    "module_load of an image that the server may have: `digest` is its SHA-256. `kept` 0: it has not, and nothing was
    loaded."
library_load_kept #471 ask (CUlibrary *lib, bytes options, cuuint64_t first, CUdevice dev, bytes digest, bytes
        *info_log, bytes *error_log, bytes *facts, listing *lib, int *kept):
    server: modules.library_load_kept
    "library_load of an image that the server may have, as module_load_kept."
"""
)
