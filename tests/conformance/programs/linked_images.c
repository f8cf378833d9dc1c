/* Images of linked programs, made by hand: a wrapper of version 2 names the linked fatbin (empty here) and one of
 * each file. */
#include "show.h"

struct fatbin {
    uint32_t magic;
    uint16_t version, header_bytes;
    uint64_t bytes;
    struct {
        uint16_t kind, version;
        uint32_t header_bytes;
        uint64_t padded_bytes;
        uint32_t stored_bytes, unused[2];
        uint32_t sm, more[2];
        uint64_t flags, none, plain_bytes;
    } entry;
    char text[2048];
};

struct wrapper {
    uint32_t magic, version;
    const void *linked, *files;
};

static struct fatbin make(const char *text)
{
    struct fatbin made = {.magic = 0xBA55ED50, .version = 1, .header_bytes = 16};
    if (text) {
        made.bytes = sizeof made - 16;
        made.entry.kind = 1, made.entry.version = 0x101;
        made.entry.header_bytes = 64, made.entry.padded_bytes = sizeof made.text;
        made.entry.sm = 50, made.entry.flags = 0x11;
        snprintf(made.text, sizeof made.text, "%s", text);
    }
    return made;
}

static void load(const char *what, const char *first, const char *second)
{
    struct fatbin linked = make(NULL), files[2] = {make(first), make(second)};
    const void *list[] = {&files[0], second ? &files[1] : NULL, NULL};
    struct wrapper wrapper = {0x466243B1, 2, &linked, list};
    char log[512] = "";
    CUjit_option options[] = {CU_JIT_ERROR_LOG_BUFFER, CU_JIT_ERROR_LOG_BUFFER_SIZE_BYTES};
    void *values[] = {log, (void *)(uintptr_t)sizeof log};
    CUmodule module;
    CUlibrary library;
    CUfunction function;
    printf("# %s\n", what);
    CUresult result = cuModuleLoadDataEx(&module, &wrapper, 2, options, values);
    show("cuModuleLoadDataEx", result);
    printf("log of %zu bytes: %s\n", (size_t)(uintptr_t)values[1], log);
    if (!result)
        TRY(cuModuleGetFunction(&function, module, "nothing"));
    values[1] = (void *)(uintptr_t)sizeof log;
    TRY(cuLibraryLoadData(&library, &wrapper, options, values, 2, NULL, NULL, 0));
    printf("log of %zu bytes: %s\n", (size_t)(uintptr_t)values[1], log);
}

int main(void)
{
    static const char empty[] = ".version 6.0\n.target sm_50\n.address_size 64\n";
    static const char wants[] = ".version 6.0\n.target sm_50\n.address_size 64\n.extern .func nobody();\n"
                                ".visible .entry wants()\n{\n    call nobody;\n    ret;\n}\n";
    static const char other[] =
        ".version 6.0\n.target sm_50\n.address_size 64\n.visible .func helps()\n{\n    ret;\n}\n";
    show_context();
    load("one file", SHOW_MODULE, NULL);
    load("a file, and one without code", SHOW_MODULE, empty);
    load("a file without code, and one", empty, SHOW_MODULE);
    load("two files", SHOW_MODULE, other);
    load("two files, and a function of nobody", SHOW_MODULE, wants);
    load("files without code", empty, empty);
    load("no PTX", NULL, NULL);
    return 0;
}
