/* The options of a load: each by itself, the logs, the time; and the ways in which code is loaded from memory and from
 * files. */
#include <sys/mman.h>
#include <unistd.h>

#include "show.h"

static const char BROKEN[] =
    ".version 6.0\n.target sm_50\n.address_size 64\n.visible .entry broken()\n{\n    frob;\n}\n";

struct asked {
    CUjit_option options[5];
    void *values[5];
    char info[64], error[64];
};

/* With the time, and logs of these sizes. */
static void ask(struct asked *a, size_t info, size_t error)
{
    static const CUjit_option options[5] = {CU_JIT_WALL_TIME, CU_JIT_INFO_LOG_BUFFER, CU_JIT_INFO_LOG_BUFFER_SIZE_BYTES,
                                            CU_JIT_ERROR_LOG_BUFFER, CU_JIT_ERROR_LOG_BUFFER_SIZE_BYTES};
    void *values[5] = {(void *)-1, a->info, (void *)info, a->error, (void *)error};
    memcpy(a->options, options, sizeof options);
    memcpy(a->values, values, sizeof values);
    memset(a->info, 'x', sizeof a->info);
    memset(a->error, 'x', sizeof a->error);
}

static void print_answers(const struct asked *a)
{
    float time;
    memcpy(&time, &a->values[0], sizeof time);
    EXPECT_TRUE(time >= 0 && time < 60000);
    printf("info %zu, \"%.*s\"\n", (size_t)a->values[2], (int)sizeof a->info, a->info);
    printf("error %zu, \"%.*s\"\n", (size_t)a->values[4], (int)sizeof a->error, a->error);
}

static void load(const char *code, size_t info, size_t error)
{
    struct asked a;
    CUmodule module;
    CUlibrary library;
    printf("# logs of %zu and %zu bytes\n", info, error);
    ask(&a, info, error);
    CUresult result = cuModuleLoadDataEx(&module, code, 5, a.options, a.values);
    show("cuModuleLoadDataEx", result);
    print_answers(&a);
    if (!result)
        TRY(cuModuleUnload(module));
    ask(&a, info, error);
    result = cuLibraryLoadData(&library, code, a.options, a.values, 5, NULL, NULL, 0);
    show("cuLibraryLoadData", result);
    print_answers(&a);
    if (!result)
        TRY(cuLibraryUnload(library));
}

/* Values that mean something for the option. */
static void each_option(void)
{
    static const char *names[] = {"nothing"};
    static uint64_t place;
    printf("# each option\n");
    for (int option = -1; option <= CU_JIT_NUM_OPTIONS + 1; option++) {
        CUmodule module = NULL;
        CUjit_option given = (CUjit_option)option;
        void *value = (void *)1;
        if (option == CU_JIT_TARGET)
            value = (void *)75;
        if (option == CU_JIT_GLOBAL_SYMBOL_NAMES || option == CU_JIT_REFERENCED_KERNEL_NAMES ||
            option == CU_JIT_REFERENCED_VARIABLE_NAMES)
            value = (void *)names;
        if (option == CU_JIT_GLOBAL_SYMBOL_ADDRESSES)
            value = &place;
        if (option == CU_JIT_INFO_LOG_BUFFER || option == CU_JIT_ERROR_LOG_BUFFER)
            value = NULL;
        CUresult result = cuModuleLoadDataEx(&module, SHOW_MODULE, 1, &given, &value);
        printf("%d: %d\n", option, (int)result);
        if (!result)
            MUST(cuModuleUnload(module));
    }
}

/* A kernel with 40 numbers at a time, in PTX. */
static const char *wide_kernel(const char *directive)
{
    static char text[8192];
    size_t used = (size_t)snprintf(text, sizeof text,
                                   ".version 6.0\n.target sm_50\n.address_size 64\n.visible .entry wide(.param .u64 p) "
                                   "%s\n{\n    .reg .b32 %%r<41>;\n    .reg .b64 %%p;\n    ld.param.u64 %%p, [p];\n",
                                   directive);
    for (int i = 0; i < 40; i++)
        used += (size_t)snprintf(text + used, sizeof text - used, "    ld.global.u32 %%r%d, [%%p+%d];\n", i, 4 * i);
    for (int i = 0; i < 40; i++)
        used +=
            (size_t)snprintf(text + used, sizeof text - used, "    st.global.u32 [%%p+%d], %%r%d;\n", 4 * i, 39 - i);
    snprintf(text + used, sizeof text - used, "    ret;\n}\n");
    return text;
}

static void print_limits(const char *what, CUfunction function)
{
    int registers = 0, threads = 0, blocks = 0;
    MUST(cuFuncGetAttribute(&registers, CU_FUNC_ATTRIBUTE_NUM_REGS, function));
    MUST(cuFuncGetAttribute(&threads, CU_FUNC_ATTRIBUTE_MAX_THREADS_PER_BLOCK, function));
    MUST(cuOccupancyMaxActiveBlocksPerMultiprocessor(&blocks, function, 64, 0));
    printf("%s: %d registers, %d threads, %d blocks\n", what, registers, threads, blocks);
}

static void load_limited(const char *what, const char *code, CUjit_option *options, void **values, unsigned count)
{
    CUmodule module;
    CUlibrary library;
    CUfunction function;
    CUkernel kernel;
    CUdeviceptr memory;
    void *arguments[] = {&memory};
    MUST(cuMemAlloc_v2(&memory, 160));
    MUST(cuModuleLoadDataEx(&module, code, count, options, values));
    MUST(cuModuleGetFunction(&function, module, "wide"));
    print_limits(what, function);
    show("128 threads", cuLaunchKernel(function, 1, 1, 1, 128, 1, 1, 0, NULL, arguments, NULL));
    MUST(cuModuleUnload(module));
    MUST(cuLibraryLoadData(&library, code, options, values, count, NULL, NULL, 0));
    MUST(cuLibraryGetKernel(&kernel, library, "wide"));
    MUST(cuKernelGetFunction(&function, kernel));
    print_limits("the same as a library", function);
    TRY(cuMemFree_v2(memory));
    MUST(cuLibraryUnload(library));
}

static void limits(void)
{
    CUjit_option options[] = {CU_JIT_MAX_REGISTERS, CU_JIT_MAX_THREADS_PER_BLOCK};
    void *values[] = {(void *)24, (void *)64}, *cubin;
    CUlinkState link;
    const char *code = wide_kernel("");
    printf("# limits\n");
    load_limited("none", code, NULL, NULL, 0);
    load_limited("24 registers", code, options, values, 1);
    load_limited("and 64 threads", code, options, values, 2);
    load_limited("what the text says", wide_kernel(".maxntid 32\n.maxnreg 32"), options, values, 2);
    MUST(cuLinkCreate_v2(2, options, values, &link));
    MUST(cuLinkAddData_v2(link, CU_JIT_INPUT_PTX, (void *)(uintptr_t)wide_kernel(""), strlen(code) + 1, "wide", 0, NULL,
                          NULL));
    MUST(cuLinkComplete(link, &cubin, NULL));
    load_limited("of a link", cubin, NULL, NULL, 0);
    MUST(cuLinkDestroy(link));
}

static void library_options(void)
{
    static void *host[4];
    CUlibraryOption options[] = {CU_LIBRARY_BINARY_IS_PRESERVED, CU_LIBRARY_HOST_UNIVERSAL_FUNCTION_AND_DATA_TABLE,
                                 (CUlibraryOption)7};
    void *preserved[] = {(void *)1}, *table[] = {host};
    CUlibrary library;
    void *function = NONSENSE(void *);
    printf("# options of libraries\n");
    TRY(cuLibraryLoadData(&library, SHOW_MODULE, NULL, NULL, 0, options, preserved, 1));
    EXPECT(CUDA_ERROR_NOT_FOUND, cuLibraryGetUnifiedFunction(&function, library, "total"));
    EXPECT_TRUE(function == NONSENSE(void *));
    TRY(cuLibraryUnload(library));
    TRY(cuLibraryLoadData(&library, SHOW_MODULE, NULL, NULL, 0, options, NULL, 1));
    TRY(cuLibraryLoadData(&library, SHOW_MODULE, NULL, NULL, 0, NULL, NULL, 1));
    TRY(cuLibraryLoadData(&library, SHOW_MODULE, NULL, NULL, 0, &options[1], table, 1));
    TRY(cuLibraryLoadData(&library, SHOW_MODULE, NULL, NULL, 0, &options[2], preserved, 1));
}

static void write_file(int file, const void *data, size_t bytes)
{
    if (ftruncate(file, 0) || pwrite(file, data, bytes, 0) != (ssize_t)bytes)
        exit(4);
}

static void files(void)
{
    char path[64];
    CUmodule module;
    CUlibrary library;
    CUfunction function;
    printf("# files\n");
    int file = memfd_create("code", 0);
    snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    write_file(file, SHOW_MODULE, sizeof SHOW_MODULE - 1);
    show("cuModuleLoad", cuModuleLoad(&module, path));
    TRY(cuModuleGetFunction(&function, module, "total"));
    show("cuLibraryLoadFromFile", cuLibraryLoadFromFile(&library, path, NULL, NULL, 0, NULL, NULL, 0));
    TRY(cuLibraryUnload(library));
    write_file(file, BROKEN, sizeof BROKEN - 1);
    show("cuModuleLoad of wrong PTX", cuModuleLoad(&module, path));
    show("cuLibraryLoadFromFile of it", cuLibraryLoadFromFile(&library, path, NULL, NULL, 0, NULL, NULL, 0));
    write_file(file, "\177ELF", 4);
    show("cuModuleLoad of four bytes", cuModuleLoad(&module, path));
    write_file(file, "", 0);
    show("cuModuleLoad of none", cuModuleLoad(&module, path));
    close(file);
    EXPECT(CUDA_ERROR_FILE_NOT_FOUND, cuModuleLoad(&module, "/no/such/file"));
    EXPECT(CUDA_ERROR_FILE_NOT_FOUND, cuModuleLoad(&module, "/"));
    EXPECT(CUDA_ERROR_FILE_NOT_FOUND, cuLibraryLoadFromFile(&library, "/no/such/file", NULL, NULL, 0, NULL, NULL, 0));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuModuleLoad(&module, NULL));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuModuleLoad(NULL, "/no/such/file"));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuLibraryLoadFromFile(&library, NULL, NULL, NULL, 0, NULL, NULL, 0));
    TRY(cuModuleLoadFatBinary(&module, SHOW_MODULE));
}

int main(void)
{
    show_context();
    load(SHOW_MODULE, 64, 64);
    load(BROKEN, 64, 64);
    load(BROKEN, 0, 20);
    load(BROKEN, 1, 1);
    load(BROKEN, 64, 0);
    each_option();
    limits();
    library_options();
    files();
    return 0;
}
