/* Kernels that are given an address of page-locked memory that they cannot reach. They fail with
 * CUDA_ERROR_ILLEGAL_ADDRESS (700), which says nothing about the cause: so that is said here. */
#ifndef BF_UNREACHABLE_H
#define BF_UNREACHABLE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/* The last such address. */
extern _Atomic uintptr_t bf_unreachable_suspect;

static inline bool bf_unreachable_is(uintptr_t address)
{
    return address == atomic_load_explicit(&bf_unreachable_suspect, memory_order_relaxed);
}

void bf_unreachable_remember(const char *kernel, uintptr_t address);

/* A context was lost to `result`. One line on stderr for each kernel to which it may be due. */
void bf_unreachable_explain(int result);

#endif
