/* Two threads that end the same object at the same moment: one of them does, the other finds none, and what is made
 * afterwards is sound. Prints "ok" and ends with 0, or says how often it was otherwise. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "cuda_api.h"

#define MUST(call)                                                                                                     \
    do {                                                                                                               \
        CUresult result_of_call = (call);                                                                              \
        if (result_of_call) {                                                                                          \
            printf("%s: %d\n", #call, (int)result_of_call);                                                            \
            exit(3);                                                                                                   \
        }                                                                                                              \
    } while (0)

enum { ROUNDS = 100, KINDS = 5 };

static const char EMPTY[] =
    ".version 6.0\n.target sm_50\n.address_size 64\n.visible .entry nothing()\n{\n    ret;\n}\n";

struct kind {
    const char *name;
    CUresult (*make)(void **);
    CUresult (*end)(void *);
    CUresult missing;
};

static CUresult make_event(void **out)
{
    return cuEventCreate((CUevent *)out, CU_EVENT_DISABLE_TIMING);
}

static CUresult make_stream(void **out)
{
    return cuStreamCreate((CUstream *)out, CU_STREAM_NON_BLOCKING);
}

static CUresult make_module(void **out)
{
    return cuModuleLoadData((CUmodule *)out, EMPTY);
}

static CUresult make_library(void **out)
{
    return cuLibraryLoadData((CUlibrary *)out, EMPTY, NULL, NULL, 0, NULL, NULL, 0);
}

static CUresult make_pool(void **out)
{
    const CUmemPoolProps properties = {.allocType = CU_MEM_ALLOCATION_TYPE_PINNED,
                                       .location = {.type = CU_MEM_LOCATION_TYPE_DEVICE}};
    return cuMemPoolCreate((CUmemoryPool *)out, &properties);
}

static CUresult end_event(void *object)
{
    return cuEventDestroy_v2(object);
}

static CUresult end_stream(void *object)
{
    return cuStreamDestroy_v2(object);
}

static CUresult end_module(void *object)
{
    return cuModuleUnload(object);
}

static CUresult end_library(void *object)
{
    return cuLibraryUnload(object);
}

static CUresult end_pool(void *object)
{
    return cuMemPoolDestroy(object);
}

static const struct kind kinds[KINDS] = {
    {"event", make_event, end_event, CUDA_ERROR_INVALID_HANDLE},
    {"stream", make_stream, end_stream, CUDA_ERROR_INVALID_HANDLE},
    {"module", make_module, end_module, CUDA_ERROR_INVALID_HANDLE},
    {"library", make_library, end_library, CUDA_ERROR_INVALID_HANDLE},
    {"pool", make_pool, end_pool, CUDA_ERROR_INVALID_VALUE},
};

static CUcontext context;
static pthread_barrier_t barrier;
static void *shared;
static CUresult seen;
static int failed;

/* Ends what is in `shared`, as often as the main thread does. */
static void *other(void *nothing)
{
    failed |= cuCtxSetCurrent(context) != CUDA_SUCCESS;
    for (int i = 0; i < KINDS * ROUNDS; i++) {
        pthread_barrier_wait(&barrier);
        seen = kinds[i / ROUNDS].end(shared);
        pthread_barrier_wait(&barrier);
    }
    return nothing;
}

/* Whether one thread ended the object, and only one. */
static int end_at_once(const struct kind *kind)
{
    MUST(kind->make(&shared));
    pthread_barrier_wait(&barrier);
    CUresult mine = kind->end(shared);
    pthread_barrier_wait(&barrier);
    CUresult loser = mine ? mine : seen;
    return (!mine || !seen) && loser == kind->missing;
}

/* Two that are made now are two: a list that the race has broken gives one twice. */
static int are_apart(const struct kind *kind)
{
    void *first, *second;
    MUST(kind->make(&first));
    MUST(kind->make(&second));
    int apart = first != second;
    MUST(kind->end(first));
    MUST(kind->end(second));
    return apart;
}

int main(void)
{
    pthread_t thread;
    CUdevice device;
    MUST(cuInit(0));
    MUST(cuDeviceGet(&device, 0));
    MUST(cuDevicePrimaryCtxRetain(&context, device));
    MUST(cuCtxSetCurrent(context));
    if (pthread_barrier_init(&barrier, NULL, 2) || pthread_create(&thread, NULL, other, NULL))
        return 4;
    for (int k = 0; k < KINDS; k++) {
        int once = 0, apart = 0;
        for (int round = 0; round < ROUNDS; round++) {
            once += end_at_once(&kinds[k]);
            apart += are_apart(&kinds[k]);
        }
        if (once != ROUNDS || apart != ROUNDS)
            printf("%s: ended by one in %d of %d, apart in %d\n", kinds[k].name, once, ROUNDS, apart);
        failed |= once != ROUNDS || apart != ROUNDS;
    }
    pthread_join(thread, NULL);
    if (!failed)
        puts("ok");
    return failed;
}
