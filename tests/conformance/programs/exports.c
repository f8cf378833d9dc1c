/* A program with functions of its own under names that libc has, too, and that it exports (-rdynamic): NAMES is a
 * list of F(name). Not one of them is called by CUDA's library or NVML's. */
#include "show.h"

#include <dlfcn.h>

static int hits[256];
enum {
#define F(name) NUMBER_##name,
    NAMES
#undef F
        COUNT
};

#define F(name)                                                                                                        \
    long own_##name(void) __asm__(#name);                                                                              \
    long own_##name(void)                                                                                              \
    {                                                                                                                  \
        hits[NUMBER_##name]++;                                                                                         \
        return -1;                                                                                                     \
    }
NAMES
#undef F

#define F(name) #name,
static const char *const names[] = {NAMES};

int main(void)
{
    CUmodule module;
    CUfunction fill;
    CUdeviceptr out;
    CUstream stream;
    unsigned count = 10, value = 5, got[10];
    void *params[] = {&out, &count, &value};
    show_context();
    MUST(cuModuleLoadData(&module, SHOW_MODULE));
    MUST(cuModuleGetFunction(&fill, module, "fill"));
    MUST(cuMemAlloc_v2(&out, sizeof got));
    MUST(cuStreamCreate(&stream, 0));
    MUST(cuLaunchKernel(fill, 1, 1, 1, 16, 1, 1, 0, stream, params, NULL));
    MUST(cuStreamSynchronize(stream));
    MUST(cuMemcpyDtoH_v2(got, out, sizeof got));
    printf("%u\n", got[9]);

    union {
        void *address;
        int (*call)(void);
    } init = {dlsym(RTLD_DEFAULT, "nvmlInit_v2")};
    printf("NVML: %d\n", init.address ? init.call() : -1);
    for (int i = 0; i < COUNT; i++)
        if (hits[i])
            printf("%s was called %d times\n", names[i], hits[i]);
    fflush(stdout);
    return 0;
}
