/* Code of many megabytes, as a module, as a library and in a fatbin; what is in it is used. The first argument is how
 * many bytes, the second, if there is one, says that the library's memory stays as it is. */
#include <stdbool.h>

#include "show.h"

/* PTX with a comment at its end. */
static char *text_of(size_t bytes, char filler)
{
    char *text = malloc(bytes + 1);
    size_t used = strlen(SHOW_MODULE);
    memcpy(text, SHOW_MODULE, used);
    memset(text + used, filler, bytes - used);
    memcpy(text + used, "\n//", 3);
    text[bytes] = 0;
    return text;
}

static void use(CUfunction fill)
{
    CUdeviceptr memory;
    uint32_t value = 0, count = 1, word = 7;
    void *params[] = {&memory, &count, &word};
    MUST(cuMemAlloc_v2(&memory, sizeof value));
    TRY(cuLaunchKernel(fill, 1, 1, 1, 1, 1, 1, 0, NULL, params, NULL));
    TRY(cuMemcpyDtoH_v2(&value, memory, sizeof value));
    MUST(cuMemFree_v2(memory));
    printf("%u\n", value);
}

static void load_module(const char *text)
{
    CUmodule module;
    CUfunction fill;
    TRY(cuModuleLoadData(&module, text));
    TRY(cuModuleGetFunction(&fill, module, "fill"));
    use(fill);
    TRY(cuModuleUnload(module));
}

static void load_library(const char *text, bool preserved)
{
    CUlibrary library;
    CUkernel fill;
    CUlibraryOption option = CU_LIBRARY_BINARY_IS_PRESERVED;
    void *yes = (void *)1;
    TRY(cuLibraryLoadData(&library, text, NULL, NULL, 0, &option, &yes, preserved));
    TRY(cuLibraryGetKernel(&fill, library, "fill"));
    use((CUfunction)fill);
    TRY(cuLibraryUnload(library));
}

int main(int argc, char **argv)
{
    size_t bytes = argc > 1 ? strtoul(argv[1], NULL, 10) : 1 << 20;
    CUdevice device;
    CUcontext context;
    MUST(cuInit(0));
    MUST(cuDeviceGet(&device, 0));
    MUST(cuDevicePrimaryCtxRetain(&context, device));
    MUST(cuCtxSetCurrent(context));
    char *one = text_of(bytes, 'x'), *two = text_of(bytes, 'y');
    load_module(one);
    load_library(two, argc > 2);
    load_library(one, argc > 2);
    free(one);
    free(two);
    return 0;
}
