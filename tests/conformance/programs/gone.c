/* A context ends: destroyed, or the primary one reset. Then everything is called with it current, with another one
 * current, and with none, and what belonged to it is used. *
 *     gone destroy|reset|release  */
#include "world.h"

/* What asks about a context by its handle. */
static void by_handle(CUcontext handle)
{
    CUcontext context = NULL;
    CUdevice device = -7;
    unsigned version = 0;
    unsigned long long id = 0;
    TRY(cuCtxGetApiVersion(handle, &version));
    TRY(cuCtxGetApiVersion(handle, NULL));
    TRY(cuCtxGetId(handle, &id));
    TRY(cuCtxGetDevice_v2(&device, handle));
    TRY(cuCtxSynchronize_v2(handle));
    TRY(cuCtxSetCurrent(handle));
    TRY(cuCtxPushCurrent_v2(handle));
    TRY(cuCtxPopCurrent_v2(&context));
    TRY(cuCtxDestroy_v2(handle));
    TRY(cuCtxDetach(handle));
    TRY(cuCtxAttach(&context, 0));
    TRY(cuCtxEnablePeerAccess(handle, 0));
    TRY(cuCtxDisablePeerAccess(handle));
    TRY(cuCtxGetCurrent(&context));
    printf("device untouched: %d\n", device == -7);
}

/* What a living context says about the interface that made it. */
static void versions(void)
{
    CUcontext context;
    unsigned version = 0;
    TRY(cuCtxCreate(&context, 0, 0));
    TRY(cuCtxGetApiVersion(context, &version));
    printf("version %u\n", version);
    TRY(cuCtxDestroy_v2(context));
    TRY(cuCtxCreate_v2(&context, 0, 0));
    TRY(cuCtxGetApiVersion(NULL, &version));
    printf("version %u\n", version);
    TRY(cuCtxDestroy_v2(context));
}

int main(int argc, char **argv)
{
    const char *how = argc > 1 ? argv[1] : "destroy";
    struct world gone, other;
    CUcontext primary = show_context(), context, before;
    if (strcmp(how, "destroy") == 0) {
        MUST(cuCtxCreate_v2(&context, 0, 0));
        before = primary;
    } else {
        MUST(cuCtxCreate_v2(&before, 0, 0));
        context = primary;
    }
    open_world(&other, 0, before);
    open_world(&gone, 0, context);
    MUST(cuCtxSetCurrent(before));
    if (strcmp(how, "destroy") == 0)
        TRY(cuCtxDestroy_v2(context));
    else if (strcmp(how, "reset") == 0)
        TRY(cuDevicePrimaryCtxReset_v2(0));
    else
        TRY(cuDevicePrimaryCtxRelease_v2(0));
    versions();
    puts("# by its handle, another context current");
    by_handle(context);
    MUST(cuCtxSetCurrent(before));
    everything("what belonged to it, another context current", before, &gone);
    everything("what belongs to the other", before, &other);
    printf("# none current\n");
    MUST(cuCtxSetCurrent(NULL));
    by_handle(context);
    MUST(cuCtxSetCurrent(NULL));
    everything("what belonged to it, none current", NULL, &gone);
    everything("what belongs to the other, none current", NULL, &other);
    MUST(cuCtxSetCurrent(before));
    TRY(cuEventDestroy_v2(gone.first));
    TRY(cuStreamDestroy_v2(gone.stream));
    TRY(cuModuleUnload(gone.module));
    TRY(cuLibraryUnload(gone.library));
    destroy(&other);
    TRY(cuCtxSynchronize());
    return 0;
}
