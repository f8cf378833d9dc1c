/* What a program can ask to be told, and where core dumps would go: kept, and given back as it was set. */
#include <stdbool.h>

#include "show.h"

static void on_log(void *data, CUlogLevel level, char *message, size_t length)
{
    (void)data, (void)level, (void)message, (void)length;
    puts("WRONG: a message");
}

static void on_budget(CUasyncNotificationInfo *info, void *data, CUasyncCallbackHandle handle)
{
    (void)info, (void)data, (void)handle;
    puts("WRONG: a notification");
}

static void logs(const char *path)
{
    CUlogsCallbackHandle first = NULL, second = NULL;
    CUlogIterator place = 77;
    char text[16] = "before";
    size_t bytes = sizeof text;
    puts("# logs");
    EXPECT(CUDA_SUCCESS, cuLogsRegisterCallback(on_log, NULL, &first));
    EXPECT(CUDA_SUCCESS, cuLogsRegisterCallback(on_log, NULL, &second));
    EXPECT(CUDA_SUCCESS, cuLogsRegisterCallback(on_log, NULL, NULL));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuLogsRegisterCallback(NULL, NULL, &second));
    EXPECT_TRUE(first && second && first != second);
    EXPECT(CUDA_SUCCESS, cuLogsUnregisterCallback(first));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuLogsUnregisterCallback(first));
    EXPECT(CUDA_SUCCESS, cuLogsUnregisterCallback(second));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuLogsUnregisterCallback(NULL));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuLogsCurrent(&place, 1));
    EXPECT(CUDA_SUCCESS, cuLogsCurrent(&place, 0));
    EXPECT(CUDA_SUCCESS, cuLogsDumpToMemory(&place, text, &bytes, 0));
    printf("%zu bytes, \"%s\"\n", bytes, text);
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuLogsDumpToMemory(&place, NULL, &bytes, 0));
    EXPECT(CUDA_SUCCESS, cuLogsDumpToFile(NULL, path, 0));
    FILE *file = fopen(path, "r");
    EXPECT_TRUE(file && fgetc(file) == EOF);
    if (file)
        fclose(file);
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuLogsDumpToFile(NULL, "/no such directory/file", 0));
}

static void notifications(void)
{
    CUasyncCallbackHandle handle = NULL;
    puts("# notifications of devices");
    EXPECT(CUDA_SUCCESS, cuDeviceRegisterAsyncNotification(1, on_budget, NULL, &handle));
    EXPECT(CUDA_ERROR_INVALID_DEVICE, cuDeviceRegisterAsyncNotification(2, on_budget, NULL, &handle));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuDeviceUnregisterAsyncNotification(0, handle));
    EXPECT(CUDA_SUCCESS, cuDeviceUnregisterAsyncNotification(1, handle));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuDeviceUnregisterAsyncNotification(1, handle));
}

static CUresult get(bool of_context, CUcoredumpSettings attribute, void *value, size_t size)
{
    return of_context ? cuCoredumpGetAttribute(attribute, value, &size)
                      : cuCoredumpGetAttributeGlobal(attribute, value, &size);
}

static CUresult set(bool of_context, CUcoredumpSettings attribute, const void *value, size_t size)
{
    char copy[2048] = "";
    memcpy(copy, value, size);
    return of_context ? cuCoredumpSetAttribute(attribute, copy, &size)
                      : cuCoredumpSetAttributeGlobal(attribute, copy, &size);
}

static void print(bool of_context)
{
    static const CUcoredumpSettings bools[] = {CU_COREDUMP_ENABLE_ON_EXCEPTION, CU_COREDUMP_TRIGGER_HOST,
                                               CU_COREDUMP_LIGHTWEIGHT, CU_COREDUMP_ENABLE_USER_TRIGGER};
    unsigned flags = 0;
    char file[1024] = "";
    printf("%s:", of_context ? "the context" : "all");
    for (size_t i = 0; i < sizeof bools / sizeof bools[0]; i++) {
        bool value = false;
        MUST(get(of_context, bools[i], &value, sizeof value));
        printf(" %d", value);
    }
    MUST(get(of_context, CU_COREDUMP_GENERATION_FLAGS, &flags, sizeof flags));
    MUST(get(of_context, CU_COREDUMP_FILE, file, sizeof file));
    printf(" flags %#x file %s\n", flags, strncmp(file, "core.cuda.", 10) ? file : "core.cuda.*");
}

static void core_dumps(void)
{
    const bool on = true, off = false;
    const unsigned unknown = 1u << 20, some = CU_COREDUMP_SKIP_GLOBAL_MEMORY | CU_COREDUMP_SKIP_ABORT;
    size_t size = 0;
    char text[4] = "", longer[2000];
    puts("# core dumps");
    memset(longer, 'x', sizeof longer);
    print(false);
    for (int i = CU_COREDUMP_ENABLE_ON_EXCEPTION; i < CU_COREDUMP_MAX; i++) {
        MUST(cuCoredumpGetAttributeGlobal((CUcoredumpSettings)i, NULL, &size));
        printf("%d has %zu bytes\n", i, size);
    }
    EXPECT(CUDA_SUCCESS, set(false, CU_COREDUMP_FILE, "corefile", 8));
    EXPECT(CUDA_SUCCESS, set(false, CU_COREDUMP_TRIGGER_HOST, &off, sizeof off));
    EXPECT(CUDA_SUCCESS, set(false, CU_COREDUMP_LIGHTWEIGHT, &on, sizeof on));
    EXPECT(CUDA_ERROR_INVALID_VALUE, set(false, CU_COREDUMP_GENERATION_FLAGS, &unknown, sizeof unknown));
    EXPECT(CUDA_ERROR_INVALID_VALUE, set(false, CU_COREDUMP_GENERATION_FLAGS, &some, 1));
    EXPECT(CUDA_ERROR_INVALID_VALUE, set(false, CU_COREDUMP_FILE, longer, sizeof longer));
    EXPECT(CUDA_ERROR_INVALID_VALUE, get(false, CU_COREDUMP_FILE, text, sizeof text));
    print(false);
    print(true);
    EXPECT(CUDA_SUCCESS, set(true, CU_COREDUMP_GENERATION_FLAGS, &some, sizeof some));
    EXPECT(CUDA_SUCCESS, set(true, CU_COREDUMP_ENABLE_ON_EXCEPTION, &on, sizeof on));
    EXPECT(CUDA_ERROR_NOT_PERMITTED, set(true, CU_COREDUMP_PIPE, "pipe", 4));
    EXPECT(CUDA_ERROR_NOT_PERMITTED, set(true, CU_COREDUMP_ENABLE_USER_TRIGGER, &on, sizeof on));
    print(false);
    print(true);
}

int main(int argc, char **argv)
{
    CUcontext context, marked;
    if (argc != 2)
        return 2;
    MUST(cuInit(0));
    logs(argv[1]);
    notifications();
    EXPECT(CUDA_ERROR_INVALID_CONTEXT, get(true, CU_COREDUMP_TRIGGER_HOST, &context, 1));
    MUST(cuCtxCreate_v2(&context, 0, 0));
    core_dumps();
    MUST(cuCtxCreate_v2(&marked, CU_CTX_COREDUMP_ENABLE, 0));
    print(true);
    MUST(cuCtxDestroy_v2(marked));
    MUST(cuCtxDestroy_v2(context));
    return 0;
}
