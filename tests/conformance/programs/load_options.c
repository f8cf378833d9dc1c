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
    library_options();
    files();
    return 0;
}
