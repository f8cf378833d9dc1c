/* What an application on the runtime API sees: ms from its first call to the first result of a kernel.
 *
 *   runtime LIBCUDART
 *
 * The runtime is loaded by path and the kernel from PTX, so that no CUDA compiler is needed. */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { TO_DEVICE = 1, TO_HOST = 2 };

struct dim3 {
    unsigned x, y, z;
};

static const char set_kernel[] =
    ".version 6.4\n.target sm_50\n.address_size 64\n"
    ".visible .entry set(.param .u64 a, .param .u32 b)\n{\n"
    " .reg .u64 %p; .reg .u32 %v;\n ld.param.u64 %p, [a]; ld.param.u32 %v, [b]; st.global.u32 [%p], %v; ret;\n}\n";

static void *library;

static void *entry(const char *name)
{
    void *symbol = dlsym(library, name);
    if (!symbol) {
        fprintf(stderr, "%s: not found\n", name);
        exit(1);
    }
    return symbol;
}
#define CALL(name, params, ...)                                                                                        \
    do {                                                                                                               \
        int(*call) params;                                                                                             \
        *(void **)&call = entry(name);                                                                                 \
        int code_ = call(__VA_ARGS__);                                                                                 \
        if (code_) {                                                                                                   \
            fprintf(stderr, "%s: error %d\n", name, code_);                                                            \
            exit(1);                                                                                                   \
        }                                                                                                              \
    } while (0)

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

int main(int argc, char **argv)
{
    library = argc == 2 ? dlopen(argv[1], RTLD_NOW | RTLD_GLOBAL) : NULL;
    if (!library) {
        fprintf(stderr, "usage: runtime LIBCUDART\n");
        return 2;
    }
    void *code, *kernel, *a;
    unsigned b = 7, zero = 0, result;
    void *params[] = {&a, &b};
    struct dim3 one = {1, 1, 1};
    double start = now();
    CALL("cudaMalloc", (void **, size_t), &a, sizeof zero);
    CALL("cudaMemcpy", (void *, const void *, size_t, int), a, &zero, sizeof zero, TO_DEVICE);
    CALL("cudaLibraryLoadData", (void **, const void *, void *, void *, unsigned, void *, void *, unsigned), &code,
         set_kernel, NULL, NULL, 0, NULL, NULL, 0);
    CALL("cudaLibraryGetKernel", (void **, void *, const char *), &kernel, code, "set");
    CALL("cudaLaunchKernel", (const void *, struct dim3, struct dim3, void **, size_t, void *), kernel, one, one,
         params, 0, NULL);
    CALL("cudaMemcpy", (void *, const void *, size_t, int), &result, a, sizeof result, TO_HOST);
    printf("%.4f\n", (now() - start) * 1e3);
    return result != b;
}
