/* Kernels that are given an address of pinned host memory. */
#include "unreachable.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "pinned.h"
#include "../wire/report.h"

enum { NAME_BYTES = 256, ILLEGAL_ADDRESS = 700 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static _Atomic(uintptr_t) suspect;   /* the last such address that a kernel was given */
static char name[NAME_BYTES], told[NAME_BYTES];

static void remember(const char *kernel, uintptr_t address)
{
    pthread_mutex_lock(&lock);
    atomic_store(&suspect, address);
    snprintf(name, sizeof name, "%s", kernel);
    pthread_mutex_unlock(&lock);
}

void bf_unreachable_launch(const char *kernel, const void *block, size_t bytes)
{
    uintptr_t from = atomic_load_explicit(&bf_pinned_lowest, memory_order_relaxed),
              to = atomic_load_explicit(&bf_pinned_end, memory_order_relaxed);
    for (size_t at = 0; from < to && at + sizeof(uintptr_t) <= bytes; at += sizeof(uintptr_t)) {
        uintptr_t value;
        struct bf_range range;
        memcpy(&value, (const uint8_t *)block + at, sizeof value);
        if (value >= from && value < to && value != atomic_load_explicit(&suspect, memory_order_relaxed) &&
            bf_pinned_find((const void *)value, &range) && !range.mapped)
            remember(kernel, value);
    }
}

void bf_unreachable_explain(int result)
{
    char kernel[NAME_BYTES] = "";
    if (result != ILLEGAL_ADDRESS || !atomic_load(&suspect))
        return;
    pthread_mutex_lock(&lock);
    uintptr_t address = atomic_load(&suspect);
    if (strcmp(name, told) != 0)
        memcpy(kernel, name, sizeof kernel);
    memcpy(told, name, sizeof told);
    pthread_mutex_unlock(&lock);
    if (*kernel)
        bf_report("the kernel %s was given %#llx, which is pinned memory of this program: a kernel cannot reach it "
                  "through the network, "
                  "and is likely to have ended with CUDA_ERROR_ILLEGAL_ADDRESS (700) for that. Copy to memory of the "
                  "device instead.",
                  kernel, (unsigned long long)address);
}
