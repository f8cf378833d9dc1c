/* What every entry point does first: is the driver initialised, is this a forked child, does SOFTGPU_FAULT name this
 * call, may this thread make it. */
#ifndef SG_ENTRY_H
#define SG_ENTRY_H

#include <stdatomic.h>
#include <stdbool.h>

#include "../../libcuda/generated/cuda_api.h"
#include "inside.h"

struct sg_fault_rule;

/* One an entry point: its name and, once looked up, its rule of SOFTGPU_FAULT. */
struct sg_entry {
    const char *name;
    _Atomic(const struct sg_fault_rule *) rule;
    atomic_bool looked_up;
    atomic_uint calls;
};

/* True when there is nothing to check: initialised, not forked, no fault to inject, no host function ever enqueued. */
extern atomic_bool sg_entry_open;

CUresult sg_entry_check(struct sg_entry *entry, bool needs_init);

/* cuInit has succeeded; from now on a forked child is refused. */
void sg_entry_initialised(void);
bool sg_entry_forked(void);

/* From now on there are threads that may not call CUDA. */
void sg_entry_restrict(void);

#define TRY(expression)                                                                                                \
    do {                                                                                                               \
        CUresult try_ = (CUresult)(expression);                                                                        \
        if (__builtin_expect(try_ != CUDA_SUCCESS, 0))                                                                 \
            return try_;                                                                                               \
    } while (0)

/* Until the function returns, the thread is inside. */
#define SG_ENTER_AS(symbol, needs_init)                                                                                \
    struct sg_inside_place inside_ __attribute__((cleanup(sg_inside_leave)));                                          \
    sg_inside_enter(&inside_);                                                                                         \
    do {                                                                                                               \
        static struct sg_entry entry_ = {.name = #symbol};                                                             \
        if (__builtin_expect(!atomic_load_explicit(&sg_entry_open, memory_order_relaxed), 0))                          \
            TRY(sg_entry_check(&entry_, needs_init));                                                                  \
    } while (0)

/* ENTER for a call that needs cuInit; ENTER_ALWAYS for the few that do not. */
#define ENTER(symbol) SG_ENTER_AS(symbol, true)
#define ENTER_ALWAYS(symbol) SG_ENTER_AS(symbol, false)

#define REQUIRE(condition, error)                                                                                      \
    do {                                                                                                               \
        if (__builtin_expect(!(condition), 0))                                                                         \
            return (error);                                                                                            \
    } while (0)

#endif
