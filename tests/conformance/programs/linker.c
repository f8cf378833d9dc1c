/* The linker: PTX of several files becomes an image that is loaded and runs; what does not go together is refused in
 * nvlink's words, at the call and in the buffers where the driver says it. */
#include "show.h"

#define HEAD ".version 6.0\n.target sm_50\n.address_size 64\n"

/* Calls a function, reads a variable and a constant of the other file; has a static function and a static variable of
 * names that the other file has, too. */
static const char CALLER[] = HEAD
    ".extern .func (.param .b32 r) twice(.param .b32 x);\n"
    ".extern .global .align 4 .u32 shift;\n.extern .const .align 4 .b8 table[];\n"
    ".extern .shared .align 4 .b8 room[];\n"
    ".global .align 4 .u32 own = 100;\n"
    ".weak .global .align 4 .u32 spare = 1;\n"
    ".visible .global .align 8 .u64 where = twice;\n"
    ".func (.param .b32 r) helper(.param .b32 x)\n{\n    .reg .b32 %a;\n    ld.param.u32 %a, [x];\n"
    "    add.u32 %a, %a, 1000;\n    st.param.b32 [r], %a;\n    ret;\n}\n"
    ".visible .entry run(.param .u64 out)\n{\n    .reg .b64 %p, %f;\n    .reg .b32 %v, %w;\n"
    "    ld.param.u64 %p, [out];\n    cvta.to.global.u64 %p, %p;\n"
    "    {\n    .param .b32 x;\n    .param .b32 r;\n    st.param.b32 [x], 21;\n    call (r), twice, (x);\n"
    "    ld.param.b32 %v, [r];\n    }\n"
    "    st.global.u32 [%p], %v;\n"
    "    {\n    .param .b32 x;\n    .param .b32 r;\n    st.param.b32 [x], 1;\n    call (r), helper, (x);\n"
    "    ld.param.b32 %v, [r];\n    }\n"
    "    ld.global.u32 %w, [own];\n    add.u32 %v, %v, %w;\n    st.global.u32 [%p+4], %v;\n"
    "    ld.global.u32 %v, [shift];\n    st.global.u32 [%p+8], %v;\n"
    "    ld.const.u32 %v, [table+4];\n    st.global.u32 [%p+12], %v;\n"
    "    ld.global.u32 %v, [spare];\n    st.global.u32 [%p+16], %v;\n"
    "    ld.global.u64 %f, [where];\n"
    "    {\n    .param .b32 x;\n    .param .b32 r;\n    st.param.b32 [x], 4;\n"
    "    proto: .callprototype (.param .b32 _) _ (.param .b32 _);\n    call (r), %f, (x), proto;\n"
    "    ld.param.b32 %v, [r];\n    }\n"
    "    st.global.u32 [%p+20], %v;\n    ret;\n}\n";

static const char CALLEE[] =
    ".version 7.1\n.target sm_70\n.address_size 64\n"
    ".visible .global .align 4 .u32 shift = 7;\n.visible .const .align 4 .u32 table[3] = {5, 6, 8};\n"
    ".global .align 4 .u32 own = 300;\n"
    ".visible .global .align 4 .u32 spare = 2;\n"
    ".func (.param .b32 r) helper(.param .b32 x)\n{\n    .reg .b32 %a, %b;\n    ld.param.u32 %a, [x];\n"
    "    ld.global.u32 %b, [own];\n    sub.u32 %b, %b, 300;\n    add.u32 %a, %a, %b;\n"
    "    st.param.b32 [r], %a;\n    ret;\n}\n"
    ".visible .func (.param .b32 r) twice(.param .b32 x)\n{\n    .reg .b32 %a;\n    ld.param.u32 %a, [x];\n"
    "    {\n    .param .b32 y;\n    .param .b32 s;\n    st.param.b32 [y], %a;\n    call (s), helper, (y);\n"
    "    ld.param.b32 %a, [s];\n    }\n"
    "    add.u32 %a, %a, %a;\n    st.param.b32 [r], %a;\n    ret;\n}\n";

/* Another definition of everything, with other parameters and in another space. */
static const char TWICE_AGAIN[] = HEAD ".visible .func (.param .b32 r) twice(.param .b32 x)\n{\n    ret;\n}\n"
                                       ".visible .global .align 4 .u32 shift[2];\n";
static const char TWICE_OF_TWO[] = HEAD
    ".visible .func (.param .b32 r) twice(.param .b32 x, .param .b32 y)\n{\n    ret;\n}\n";
static const char SHIFT_IS_CONST[] = HEAD ".visible .const .align 4 .u32 shift = 1;\n";
/* What nobody needs may be missing; a kernel that nobody calls is needed. */
static const char UNUSED[] = HEAD
    ".extern .func nowhere();\n.visible .func unused()\n{\n    call nowhere;\n    ret;\n}\n"
    ".visible .entry nothing()\n{\n    ret;\n}\n";
static const char BROKEN[] = HEAD ".visible .entry broken()\n{\n    frobnicate.u32 %r1;\n}\n";
static const char COMMON[] = HEAD ".common .global .align 4 .b8 heap[16];\n"
                                  ".weak .entry both()\n{\n    ret;\n}\n";
static const char LARGER[] = HEAD ".common .global .align 4 .b8 heap[64];\n"
                                  ".weak .entry both()\n{\n    ret;\n}\n";

struct logs {
    char info[256], error[1024];
    CUjit_option options[5];
    void *values[5];
};

static void open_logs(struct logs *l)
{
    static const CUjit_option options[5] = {CU_JIT_INFO_LOG_BUFFER, CU_JIT_INFO_LOG_BUFFER_SIZE_BYTES,
                                            CU_JIT_ERROR_LOG_BUFFER, CU_JIT_ERROR_LOG_BUFFER_SIZE_BYTES,
                                            CU_JIT_WALL_TIME};
    void *values[5] = {l->info, (void *)sizeof l->info, l->error, (void *)sizeof l->error, (void *)-1};
    memset(l->info, 'x', sizeof l->info);
    memset(l->error, 'x', sizeof l->error);
    memcpy(l->options, options, sizeof options);
    memcpy(l->values, values, sizeof values);
}

static void print_logs(const struct logs *l)
{
    float time;
    memcpy(&time, &l->values[4], sizeof time);
    printf("info %zu \"%.*s\", error %zu:\n%.*s", (size_t)l->values[1], (int)sizeof l->info, l->info,
           (size_t)l->values[3], (int)sizeof l->error, l->error);
    EXPECT_TRUE(time >= 0 && time < 60000);
    EXPECT_TRUE((size_t)l->values[3] == strlen(l->error));
}

static CUresult add(CUlinkState link, const char *text, const char *name)
{
    return cuLinkAddData_v2(link, CU_JIT_INPUT_PTX, (void *)(uintptr_t)text, strlen(text) + 1, name, 0, NULL, NULL);
}

/* Link these files and say what comes of it. The link is left to the caller if it succeeds. */
static CUlinkState link_files(const char *what, const char *first, const char *second, void **cubin, size_t *bytes)
{
    static struct logs logs;
    CUlinkState link;
    printf("# %s\n", what);
    open_logs(&logs);
    MUST(cuLinkCreate_v2(5, logs.options, logs.values, &link));
    show("cuLinkAddData_v2 of first.ptx", add(link, first, "first.ptx"));
    if (second)
        show("cuLinkAddData_v2 of second.ptx", add(link, second, "second.ptx"));
    CUresult result = cuLinkComplete(link, cubin, bytes);
    show("cuLinkComplete", result);
    print_logs(&logs);
    if (result) {
        TRY(cuLinkDestroy(link));
        return NULL;
    }
    return link;
}

static void refuse(const char *what, const char *first, const char *second)
{
    void *cubin = NONSENSE(void *);
    size_t bytes = 77;
    CUlinkState link = link_files(what, first, second, &cubin, &bytes);
    EXPECT_TRUE(!link && cubin == NONSENSE(void *) && bytes == 77);
}

static void run(CUmodule module)
{
    CUfunction function;
    CUdeviceptr memory, address;
    size_t bytes;
    uint32_t got[6] = {0}, value;
    MUST(cuModuleGetFunction(&function, module, "run"));
    MUST(cuMemAlloc_v2(&memory, sizeof got));
    void *arguments[] = {&memory};
    TRY(cuLaunchKernel(function, 1, 1, 1, 1, 1, 1, 64, NULL, arguments, NULL));
    TRY(cuMemcpyDtoH_v2(got, memory, sizeof got));
    printf("%u %u %u %u %u %u\n", got[0], got[1], got[2], got[3], got[4], got[5]);
    EXPECT_TRUE(got[0] == 42 && got[1] == 1101 && got[2] == 7 && got[3] == 6 && got[4] == 2 && got[5] == 8);
    TRY(cuModuleGetGlobal_v2(&address, &bytes, module, "shift"));
    MUST(cuMemcpyDtoH_v2(&value, address, sizeof value));
    printf("shift: %zu bytes, %u\n", bytes, value);
    TRY(cuModuleGetGlobal_v2(&address, &bytes, module, "table"));
    printf("table: %zu bytes\n", bytes);
    TRY(cuMemFree_v2(memory));
}

static void link_and_run(void)
{
    void *cubin, *again;
    size_t bytes, same;
    CUmodule module;
    CUlibrary library;
    CUfunction function;
    CUkernel kernel;
    CUlinkState link = link_files("two files", CALLER, CALLEE, &cubin, &bytes), relink;
    MUST(link ? CUDA_SUCCESS : CUDA_ERROR_UNKNOWN);
    EXPECT_TRUE(bytes > 64 && memcmp(cubin, "\177ELF", 4) == 0);
    TRY(cuModuleLoadData(&module, cubin));
    run(module);
    TRY(cuModuleUnload(module));
    TRY(cuLinkComplete(link, &again, &same));
    EXPECT_TRUE(again == cubin && same == bytes);
    TRY(cuLinkComplete(link, &again, NULL));
    EXPECT_TRUE(again == cubin);
    EXPECT(CUDA_ERROR_INVALID_VALUE, add(link, UNUSED, "late.ptx"));
    printf("# the image as an input, and as a library\n");
    MUST(cuLinkCreate_v2(0, NULL, NULL, &relink));
    TRY(cuLinkAddData_v2(relink, CU_JIT_INPUT_CUBIN, cubin, bytes, "linked.cubin", 0, NULL, NULL));
    TRY(add(relink, UNUSED, "unused.ptx"));
    TRY(cuLinkComplete(relink, &again, &same));
    TRY(cuLinkDestroy(link));
    TRY(cuLibraryLoadData(&library, again, NULL, NULL, 0, NULL, NULL, 0));
    TRY(cuLinkDestroy(relink));
    TRY(cuLibraryGetKernel(&kernel, library, "nothing"));
    TRY(cuLibraryGetModule(&module, library));
    run(module);
    TRY(cuLibraryUnload(library));
    link = link_files("common variables and weak kernels", COMMON, LARGER, &cubin, &bytes);
    CUdeviceptr heap;
    unsigned count;
    TRY(cuModuleLoadData(&module, cubin));
    TRY(cuModuleGetGlobal_v2(&heap, &bytes, module, "heap"));
    printf("heap: %zu bytes\n", bytes);
    TRY(cuModuleGetFunctionCount(&count, module));
    printf("%u kernels\n", count);
    TRY(cuModuleGetFunction(&function, module, "both"));
    TRY(cuModuleUnload(module));
    TRY(cuLinkDestroy(link));
}

/* What is said of the kernels: as much as there is room for, with a NUL. */
static void report(size_t room)
{
    char info[512];
    CUjit_option options[] = {CU_JIT_LOG_VERBOSE, CU_JIT_INFO_LOG_BUFFER, CU_JIT_INFO_LOG_BUFFER_SIZE_BYTES};
    void *values[] = {(void *)1, info, (void *)room}, *cubin;
    CUlinkState link;
    printf("# a report of at most %zu bytes\n", room);
    memset(info, 'x', sizeof info);
    MUST(cuLinkCreate_v2(3, options, values, &link));
    MUST(add(link, CALLER, "first.ptx"));
    MUST(add(link, CALLEE, "second.ptx"));
    MUST(cuLinkComplete(link, &cubin, NULL));
    printf("%zu bytes:\n%s\n", (size_t)values[2], info);
    EXPECT_TRUE((size_t)values[2] == strlen(info) && strlen(info) < room && strstr(info, "24 bytes"));
    TRY(cuLinkDestroy(link));
}

/* A link is no matter of the context in which it was made. */
static void on_another_device(CUcontext first)
{
    CUcontext second;
    CUlinkState link;
    CUmodule module;
    void *cubin;
    int count = 0;
    printf("# a link made in a context of another device, which is gone\n");
    MUST(cuDeviceGetCount(&count));
    MUST(cuCtxCreate_v2(&second, 0, count - 1));
    MUST(cuLinkCreate_v2(0, NULL, NULL, &link));
    TRY(add(link, CALLER, "first.ptx"));
    MUST(cuCtxDestroy_v2(second));
    MUST(cuCtxSetCurrent(first));
    TRY(add(link, CALLEE, "second.ptx"));
    TRY(cuLinkComplete(link, &cubin, NULL));
    TRY(cuModuleLoadData(&module, cubin));
    TRY(cuLinkDestroy(link));
    run(module);
    TRY(cuModuleUnload(module));
}

static void wrong_calls(void)
{
    struct logs logs;
    CUlinkState link, other;
    CUjit_option option = CU_JIT_TARGET, unknown = (CUjit_option)999, registers = CU_JIT_MAX_REGISTERS;
    void *value = (void *)75, *cubin;
    char *text = (char *)(uintptr_t)UNUSED;
    size_t bytes = sizeof UNUSED;
    printf("# wrong calls\n");
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuLinkCreate_v2(0, NULL, NULL, NULL));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuLinkCreate_v2(1, NULL, NULL, &link));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuLinkCreate_v2(1, &unknown, &value, &link));
    open_logs(&logs);
    MUST(cuLinkCreate_v2(5, logs.options, logs.values, &link));
    print_logs(&logs);
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuLinkAddData_v2(link, (CUjitInputType)6, text, bytes, "a", 0, NULL, NULL));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuLinkAddData_v2(link, CU_JIT_INPUT_PTX, NULL, bytes, "a", 0, NULL, NULL));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuLinkAddData_v2(link, CU_JIT_INPUT_PTX, text, 0, "a", 0, NULL, NULL));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuLinkAddData_v2(link, CU_JIT_INPUT_PTX, text, bytes, "a", 1, &option, &value));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuLinkAddFile_v2(link, CU_JIT_INPUT_PTX, NULL, 0, NULL, NULL));
    EXPECT(CUDA_ERROR_FILE_NOT_FOUND, cuLinkAddFile_v2(link, CU_JIT_INPUT_PTX, "/no/such/file", 0, NULL, NULL));
    EXPECT(CUDA_ERROR_FILE_NOT_FOUND, cuLinkAddFile_v2(link, CU_JIT_INPUT_PTX, "/", 0, NULL, NULL));
    EXPECT(CUDA_ERROR_INVALID_IMAGE, cuLinkAddData_v2(link, CU_JIT_INPUT_CUBIN, text, bytes, "a", 0, NULL, NULL));
    EXPECT(CUDA_ERROR_INVALID_IMAGE, cuLinkAddData_v2(link, CU_JIT_INPUT_FATBINARY, text, bytes, "a", 0, NULL, NULL));
    EXPECT(CUDA_ERROR_INVALID_IMAGE, cuLinkAddData_v2(link, CU_JIT_INPUT_OBJECT, text, bytes, "a", 0, NULL, NULL));
    EXPECT(CUDA_ERROR_INVALID_IMAGE, cuLinkAddData_v2(link, CU_JIT_INPUT_LIBRARY, text, bytes, "a", 0, NULL, NULL));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuLinkComplete(link, NULL, &bytes));
    print_logs(&logs);
    TRY(cuLinkAddData_v2(link, CU_JIT_INPUT_PTX, text, sizeof UNUSED, NULL, 1, &registers, &value));
    TRY(cuLinkComplete(link, &cubin, &bytes));
    TRY(cuLinkDestroy(link));
    printf("# handles of nothing\n");
    EXPECT(CUDA_ERROR_INVALID_HANDLE, cuLinkDestroy(link));
    EXPECT(CUDA_ERROR_INVALID_HANDLE, cuLinkDestroy(NULL));
    EXPECT(CUDA_ERROR_INVALID_HANDLE, cuLinkComplete(link, &cubin, &bytes));
    EXPECT(CUDA_ERROR_INVALID_HANDLE, add(link, UNUSED, "late"));
    EXPECT(CUDA_ERROR_INVALID_HANDLE, cuLinkAddFile_v2(NONSENSE(CUlinkState), CU_JIT_INPUT_PTX, "/", 0, NULL, NULL));
    printf("# the first forms\n");
    TRY(cuLinkCreate(0, NULL, NULL, &other));
    TRY(cuLinkAddData(other, CU_JIT_INPUT_PTX, text, sizeof UNUSED, "unused.ptx", 0, NULL, NULL));
    EXPECT(CUDA_ERROR_FILE_NOT_FOUND, cuLinkAddFile(other, CU_JIT_INPUT_PTX, "/no/such/file", 0, NULL, NULL));
    TRY(cuLinkComplete(other, &cubin, NULL));
    TRY(cuLinkDestroy(other));
    MUST(cuCtxSetCurrent(NULL));
    EXPECT(CUDA_ERROR_INVALID_CONTEXT, cuLinkCreate_v2(0, NULL, NULL, &link));
}

int main(void)
{
    static const char nothing[] = "";
    CUcontext context = show_context();
    link_and_run();
    report(512);
    report(20);
    on_another_device(context);
    refuse("a function and variables of nobody", CALLER, UNUSED);
    refuse("definitions of the same names", CALLEE, TWICE_AGAIN);
    refuse("a function of other parameters", CALLER, TWICE_OF_TWO);
    refuse("a variable of another space", CALLER, SHIFT_IS_CONST);
    refuse("PTX that is wrong", BROKEN, NULL);
    refuse("no PTX at all", nothing, NULL);
    wrong_calls();
    return 0;
}
