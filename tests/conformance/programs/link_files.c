/* Links the files that are named and runs the kernel `run` of what came of it, three blocks of two threads:
 * link_files TYPE PATH [TYPE PATH ...], with TYPE as CUjitInputType has it. A type with a + behind it is read here and
 * given as data. */
#include "show.h"

static char *read_all(const char *path, size_t *bytes)
{
    FILE *file = fopen(path, "rb");
    char *data = NULL;
    if (file && fseek(file, 0, SEEK_END) == 0 && (*bytes = (size_t)ftell(file)) > 0) {
        rewind(file);
        data = malloc(*bytes + 1);
        if (data && fread(data, 1, *bytes, file) != *bytes)
            data = NULL;
    }
    if (!data)
        exit(4);
    data[*bytes] = 0;
    fclose(file);
    return data;
}

static const char *last_part(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static CUresult add(CUlinkState link, const char *type, const char *path)
{
    size_t bytes;
    CUjitInputType number = (CUjitInputType)atoi(type);
    if (!strchr(type, '+'))
        return cuLinkAddFile_v2(link, number, path, 0, NULL, NULL);
    char *data = read_all(path, &bytes);
    CUresult result = cuLinkAddData_v2(link, number, data, bytes, last_part(path), 0, NULL, NULL);
    free(data);
    return result;
}

int main(int count, char **words)
{
    char log[1024] = "";
    CUjit_option options[] = {CU_JIT_ERROR_LOG_BUFFER, CU_JIT_ERROR_LOG_BUFFER_SIZE_BYTES};
    void *values[] = {log, (void *)sizeof log}, *cubin;
    CUlinkState link;
    CUmodule module;
    CUfunction function;
    CUdeviceptr memory;
    size_t bytes;
    int got[2] = {-1, -1};
    show_context();
    MUST(cuLinkCreate_v2(2, options, values, &link));
    for (int i = 1; i + 1 < count; i += 2) {
        printf("%s %s: ", words[i], last_part(words[i + 1]));
        show("", add(link, words[i], words[i + 1]));
    }
    CUresult result = cuLinkComplete(link, &cubin, &bytes);
    show("cuLinkComplete", result);
    printf("%zu bytes of log:\n%s", (size_t)values[1], log);
    if (result)
        return 0;
    TRY(cuModuleLoadData(&module, cubin));
    TRY(cuLinkDestroy(link));
    MUST(cuModuleGetFunction(&function, module, "run"));
    MUST(cuMemAlloc_v2(&memory, sizeof got));
    void *arguments[] = {&memory};
    MUST(cuMemsetD8_v2(memory, 0, sizeof got));
    TRY(cuLaunchCooperativeKernel(function, 3, 1, 1, 2, 1, 1, 0, NULL, arguments));
    TRY(cuMemcpyDtoH_v2(got, memory, sizeof got));
    printf("got %d %d\n", got[0], got[1]);
    return 0;
}
