/* NVRTC's cubin of a program is that program's PTX: what the flag --ptx preloads.
 *
 * A program that asks NVRTC for the code of its GPU, sm_XX, asks for the cubin and hands it to the driver. NVRTC has the
 * PTX of the same compilation, too, and the driver takes either. So the two functions that give the cubin give that,
 * where there is a cubin; all else is NVRTC's own. Only calls that the dynamic linker binds come here, not those of a
 * program that looks NVRTC's functions up in its library. Knows nothing of drivers. */
#include <dlfcn.h>
#include <stddef.h>

#define EXPORT __attribute__((visibility("default")))

enum { SUCCESS = 0, INVALID_INPUT = 3, INTERNAL_ERROR = 11 }; /* of nvrtcResult */

union function {
    void *found;
    int (*size)(void *program, size_t *bytes);
    int (*code)(void *program, char *code);
};

EXPORT int nvrtcGetCUBINSize(void *program, size_t *bytes);
EXPORT int nvrtcGetCUBIN(void *program, char *code);

/* NVRTC's as the caller knows it: a library that a program has loaded for itself may have an NVRTC of its own. */
static union function own_of(const char *name, const void *caller)
{
    const union function ours[] = {{.size = nvrtcGetCUBINSize}, {.code = nvrtcGetCUBIN}};
    Dl_info info;
    void *library = dladdr(caller, &info) && info.dli_fname ? dlopen(info.dli_fname, RTLD_LAZY | RTLD_NOLOAD) : NULL;
    union function own = {.found = library ? dlsym(library, name) : NULL};
    if (library)
        dlclose(library);
    if (!own.found || own.found == ours[0].found || own.found == ours[1].found)
        own.found = dlsym(RTLD_NEXT, name);
    return own;
}

/* The bytes of the cubin, and of the PTX that is given in its place, 0 if the cubin itself is. */
static int sizes_of(void *program, const void *caller, size_t *cubin, size_t *ptx)
{
    union function cubin_of = own_of("nvrtcGetCUBINSize", caller);
    union function ptx_of = own_of("nvrtcGetPTXSize", caller);
    int result = cubin_of.size ? cubin_of.size(program, cubin) : INTERNAL_ERROR;
    /* Of a virtual architecture there is no cubin. A text has its end among its bytes: of one there is nothing. */
    if (result == SUCCESS && *cubin && ptx_of.size && ptx_of.size(program, ptx) == SUCCESS && *ptx > 1)
        return SUCCESS;
    *ptx = 0;
    return result;
}

int nvrtcGetCUBINSize(void *program, size_t *bytes)
{
    size_t cubin = 0, ptx = 0;
    int result = sizes_of(program, __builtin_return_address(0), &cubin, &ptx);
    if (result == SUCCESS && !bytes)
        return INVALID_INPUT;
    if (result == SUCCESS)
        *bytes = ptx ? ptx : cubin;
    return result;
}

int nvrtcGetCUBIN(void *program, char *code)
{
    const void *caller = __builtin_return_address(0);
    size_t cubin = 0, ptx = 0;
    int result = sizes_of(program, caller, &cubin, &ptx);
    union function get = own_of(ptx ? "nvrtcGetPTX" : "nvrtcGetCUBIN", caller);
    if (result != SUCCESS)
        return result;
    return get.code ? get.code(program, code) : INTERNAL_ERROR;
}
