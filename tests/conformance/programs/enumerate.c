/* Loads a module and a library of argv[1] kernels, lists what is in them, and shows it. Handles must be those that
 * the names give. */
#include "show.h"

static char *source(unsigned count)
{
    size_t room = 256 + (size_t)count * 160, at = 0;
    char *text = malloc(room);
    at += (size_t)snprintf(text, room, ".version 6.0\n.target sm_50\n.address_size 64\n");
    for (unsigned i = 0; i < count; i++)
        at += (size_t)snprintf(text + at, room - at, ".visible .entry kernel_%u(.param .u64 a%s) { ret; }\n", i,
                               i % 2 ? ", .param .u32 b" : "");
    return text;
}

static void show_one(unsigned index, const char *name, CUresult named, int same, CUfunction function)
{
    size_t offset = 99, bytes = 99, parameters = 0;
    int threads = 0;
    while (!cuFuncGetParamInfo(function, parameters, &offset, &bytes))
        parameters++;
    MUST(cuFuncGetAttribute(&threads, CU_FUNC_ATTRIBUTE_MAX_THREADS_PER_BLOCK, function));
    printf("%u %s %d %d parameters %zu last at %zu of %zu threads %d\n", index, name, named, same, parameters, offset,
           bytes, threads);
}

static void functions(const char *text, unsigned count)
{
    CUmodule module;
    CUfunction early = NULL, found, *all = calloc(count + 1, sizeof *all);
    unsigned told = 99;
    char last[64];
    const char *name = NULL;
    MUST(cuModuleLoadData(&module, text));
    snprintf(last, sizeof last, "kernel_%u", count - 1);
    printf("last by its name: %d\n", cuModuleGetFunction(&early, module, last));
    MUST(cuModuleGetFunctionCount(&told, module));
    MUST(cuModuleEnumerateFunctions(all, count + 1, module));
    printf("functions %u, behind them %d\n", told, all[count] != NULL);
    int has_early = 0;
    for (unsigned i = 0; i < count; i++) {
        MUST(cuFuncGetName(&name, all[i]));
        CUresult named = cuModuleGetFunction(&found, module, name);
        has_early |= all[i] == early;
        show_one(i, name, named, found == all[i], all[i]);
    }
    printf("the one that was there before: %d\n", has_early);
    printf("no such: %d\n", cuModuleGetFunction(&found, module, "kernel_"));
    MUST(cuModuleUnload(module));
    free(all);
}

static void kernels(const char *text, unsigned count)
{
    CUlibrary library;
    CUkernel found, *all = calloc(count, sizeof *all);
    unsigned told = 99;
    const char *name = NULL;
    MUST(cuLibraryLoadData(&library, text, NULL, NULL, 0, NULL, NULL, 0));
    MUST(cuLibraryGetKernelCount(&told, library));
    MUST(cuLibraryEnumerateKernels(all, 1, library));
    printf("kernels %u, behind the first %d\n", told, count > 1 && all[1] != NULL);
    MUST(cuLibraryEnumerateKernels(all, count, library));
    for (unsigned i = 0; i < count; i++) {
        MUST(cuKernelGetName(&name, all[i]));
        CUresult named = cuLibraryGetKernel(&found, library, name);
        show_one(i, name, named, found == all[i], (CUfunction)all[i]);
    }
    printf("no such: %d\n", cuLibraryGetKernel(&found, library, "kernel_"));
    MUST(cuLaunchKernel((CUfunction)all[count - 1], 1, 1, 1, 1, 1, 1, 0, NULL,
                        (void *[]){&(CUdeviceptr){0}, &(unsigned){0}}, NULL));
    MUST(cuCtxSynchronize());
    MUST(cuLibraryUnload(library));
    free(all);
}

int main(int argc, char **argv)
{
    unsigned count = argc > 1 ? (unsigned)atoi(argv[1]) : 3;
    char *text = source(count);
    show_context();
    functions(text, count);
    kernels(text, count);
    free(text);
    return 0;
}
