/* Threads that use NVML at once, each beginning and ending it for itself, and forked children of a process that
 * does. Prints ok. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "nvml_api.h"

enum { THREADS = 6, ROUNDS = 25 };

#define MUST(call)                                                                                                     \
    do {                                                                                                               \
        nvmlReturn_t must_result = (call);                                                                             \
        if (must_result) {                                                                                             \
            printf("%s: %d at line %d\n", #call, (int)must_result, __LINE__);                                          \
            exit(1);                                                                                                   \
        }                                                                                                              \
    } while (0)

static void look(unsigned room)
{
    unsigned count = 0, index = 99, found = room;
    char text[96];
    nvmlMemory_t memory;
    nvmlMemory_v2_t memory_v2 = {.version = sizeof memory_v2 | 2u << 24};
    nvmlUtilization_t utilization;
    nvmlPciInfo_t pci;
    nvmlProcessInfo_t *processes = malloc((room + 1) * sizeof *processes);
    nvmlDevice_t device, again;
    MUST(nvmlDeviceGetCount_v2(&count));
    MUST(nvmlDeviceGetHandleByIndex_v2(count - 1, &device));
    MUST(nvmlDeviceGetIndex(device, &index));
    MUST(nvmlDeviceGetName(device, text, sizeof text));
    MUST(nvmlDeviceGetUUID(device, text, sizeof text));
    MUST(nvmlDeviceGetHandleByUUID(text, &again));
    MUST(nvmlDeviceGetPciInfo_v3(device, &pci));
    MUST(nvmlDeviceGetMemoryInfo(device, &memory));
    MUST(nvmlDeviceGetMemoryInfo_v2(device, &memory_v2));
    MUST(nvmlDeviceGetUtilizationRates(device, &utilization));
    MUST(nvmlDeviceGetComputeRunningProcesses_v3(device, &found, processes));
    MUST(nvmlSystemGetDriverVersion(text, sizeof text));
    if (device != again || index != count - 1 || memory.total != memory_v2.total ||
        nvmlDeviceGetSerial(device, text, 30) != NVML_ERROR_NOT_SUPPORTED) {
        printf("device %u of %u is not what it was\n", index, count);
        exit(1);
    }
    free(processes);
}

static void *work(void *argument)
{
    for (unsigned round = 0; round < ROUNDS; round++) {
        MUST(nvmlInit_v2());
        look(*(unsigned *)argument + round);
        MUST(nvmlShutdown());
    }
    return NULL;
}

static void work_in_threads(void)
{
    pthread_t threads[THREADS];
    unsigned numbers[THREADS];
    for (unsigned i = 0; i < THREADS; i++) {
        numbers[i] = i;
        pthread_create(&threads[i], NULL, work, &numbers[i]);
    }
    for (unsigned i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
}

static void look_in_child(void)
{
    int status = 1;
    pid_t child = fork();
    if (!child) {
        look(3);
        MUST(nvmlShutdown());
        _exit(0);
    }
    if (waitpid(child, &status, 0) != child || status) {
        printf("the child ended with %d\n", status);
        exit(1);
    }
}

int main(void)
{
    work_in_threads();
    MUST(nvmlInit_v2());
    look(5);
    look_in_child();
    look(5);
    MUST(nvmlShutdown());
    puts("ok");
    return 0;
}
