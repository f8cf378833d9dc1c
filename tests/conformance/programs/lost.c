/* A kernel fails in one of two contexts. Then everything is called: in the lost context, in the other one, and in
 * each with what belongs to the other. *
 *     lost device|context|thread      the other context is that of device 1, a second one on device 0, or that of another thread */
#include "world.h"

#include <pthread.h>

static void fail_in(struct world *w)
{
    unsigned count = 4, value = 1;
    CUdeviceptr nowhere = 0x10;
    void *params[] = {&nowhere, &count, &value};
    MUST(cuCtxSetCurrent(w->context));
    MUST(cuLaunchKernel(w->fill, 1, 1, 1, 4, 1, 1, 0, w->stream, params, NULL));
    TRY(cuStreamSynchronize(w->stream));
}

static struct world lost, other;

static void *in_other_thread(void *unused)
{
    (void)unused;
    everything("another thread, its own context", other.context, &other);
    everything("another thread, what belongs to the lost context", other.context, &lost);
    return NULL;
}

int main(int argc, char **argv)
{
    const char *where = argc > 1 ? argv[1] : "device";
    CUcontext context = show_context(), second;
    if (strcmp(where, "context") == 0)
        MUST(cuCtxCreate_v2(&second, 0, 0));
    else
        MUST(cuDevicePrimaryCtxRetain(&second, 1));
    open_world(&lost, 0, context);
    open_world(&other, strcmp(where, "context") != 0, second);
    fail_in(&lost);
    if (strcmp(where, "thread") == 0) {
        pthread_t thread;
        if (pthread_create(&thread, NULL, in_other_thread, NULL))
            return 4;
        pthread_join(thread, NULL);
    } else {
        everything("the lost context", lost.context, &lost);
        everything("the other context", other.context, &other);
        everything("the other context, what belongs to the lost one", other.context, &lost);
        everything("the lost context, what belongs to the other one", lost.context, &other);
    }
    puts("# the end of the lost context's things, in the lost context");
    MUST(cuCtxSetCurrent(lost.context));
    destroy(&lost);
    puts("# the end of the other context's things, in the other context");
    MUST(cuCtxSetCurrent(other.context));
    destroy(&other);
    TRY(cuCtxSynchronize());
    TRY(cuDevicePrimaryCtxReset_v2(0));
    TRY(cuDevicePrimaryCtxRetain(&context, 0));
    open_world(&lost, 0, context);
    everything("a new context in place of the lost one", context, &lost);
    destroy(&lost);
    return 0;
}
