/* What belongs to one application thread: its stack of current contexts, its default streams, scratch memory. */
#ifndef BF_THREAD_H
#define BF_THREAD_H

#include <stdint.h>

#include "../../libcuda/generated/cuda_types.h"
#include "objects.h"

enum { BF_CONTEXT_DEPTH_MAX = 128, BF_THREAD_STREAMS_MAX = 64 };

/* A context slot may be used again: the generation tells whether it is still the one that was meant. */
struct bf_context_ref {
    struct bf_object *context;
    uint32_t generation;
};

struct bf_thread {
    struct bf_context_ref stack[BF_CONTEXT_DEPTH_MAX];
    unsigned depth;
    unsigned stream_count;
    struct bf_context_ref streams[BF_THREAD_STREAMS_MAX];   /* default streams, each owned by its context */
    void (*ends)(const struct bf_thread *thread);           /* called when it ends, unless NULL */
    uint8_t *scratch;                                       /* BF_SCRATCH_BYTES, or NULL before the first use */
};

enum { BF_SCRATCH_BYTES = 64 << 10 };

/* NULL only if memory ran out. */
struct bf_thread *bf_thread_self(void);
/* NULL if memory ran out. */
uint8_t *bf_thread_scratch(void);

#endif
