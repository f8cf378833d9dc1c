/* Kernels that are given an address of page-locked memory that they cannot reach. */
#include "unreachable.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "../wire/report.h"

enum { NAME_BYTES = 256, ILLEGAL_ADDRESS = 700 };

_Atomic uintptr_t bf_unreachable_suspect;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char name[NAME_BYTES], told[NAME_BYTES];

void bf_unreachable_remember(const char *kernel, uintptr_t address)
{
    pthread_mutex_lock(&lock);
    atomic_store(&bf_unreachable_suspect, address);
    snprintf(name, sizeof name, "%s", kernel);
    pthread_mutex_unlock(&lock);
}

void bf_unreachable_explain(int result)
{
    char kernel[NAME_BYTES] = "";
    if (result != ILLEGAL_ADDRESS || !atomic_load(&bf_unreachable_suspect))
        return;
    pthread_mutex_lock(&lock);
    uintptr_t address = atomic_load(&bf_unreachable_suspect);
    if (strcmp(name, told) != 0)
        memcpy(kernel, name, sizeof kernel);
    memcpy(told, name, sizeof told);
    pthread_mutex_unlock(&lock);
    if (*kernel)
        bf_report("the kernel %s was given %#llx, which is pinned memory of this program that a kernel cannot reach "
                  "through the network, and is likely to have ended with CUDA_ERROR_ILLEGAL_ADDRESS (700) for that. "
                  "Allocate it with cuMemHostAlloc, or copy to memory of the device.",
                  kernel, (unsigned long long)address);
}
