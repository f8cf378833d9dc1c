/* The slow path of entering the driver: before cuInit, in a forked child, with faults to inject, or once there are
 * host functions. */
#include "entry.h"

#include <pthread.h>
#include <string.h>

#include "../../libcuda/thread.h"
#include "../host/log.h"
#include "../host/settings.h"
#include "state/context.h"

enum { COLD, READY, FORKED };

atomic_bool sg_entry_open;
static atomic_int state = COLD;

/* The child has the parent's memory but none of its worker threads: it gets errors, never a wait that does not end. */
static void in_forked_child(void)
{
    atomic_store(&state, FORKED);
    atomic_store(&sg_entry_open, false);
}

void sg_entry_initialised(void)
{
    int cold = COLD;
    if (!atomic_compare_exchange_strong(&state, &cold, READY))
        return;
    pthread_atfork(NULL, NULL, in_forked_child);
    atomic_store(&sg_entry_open, sg_settings()->fault_count == 0);
}

void sg_entry_restrict(void)
{
    atomic_store(&sg_entry_open, false);
}

bool sg_entry_forked(void)
{
    return atomic_load(&state) == FORKED;
}

static const struct sg_fault_rule *find_rule(const char *name)
{
    const struct sg_settings *settings = sg_settings();
    for (unsigned i = 0; i < settings->fault_count; i++)
        if (strcmp(settings->faults[i].name, name) == 0)
            return &settings->faults[i];
    return NULL;
}

/* The code to fail this call with, or 0. */
static int injected(struct sg_entry *entry)
{
    if (!atomic_load(&entry->looked_up)) {
        atomic_store(&entry->rule, find_rule(entry->name));
        atomic_store(&entry->looked_up, true);
    }
    const struct sg_fault_rule *rule = atomic_load(&entry->rule);
    if (!rule || atomic_fetch_add(&entry->calls, 1) + 1 != rule->nth)
        return 0;
    sg_log_line("%s call %u fails with %d, as SOFTGPU_FAULT says", entry->name, rule->nth, rule->code);
    return rule->code;
}

CUresult sg_entry_check(struct sg_entry *entry, bool needs_init)
{
    int code = injected(entry);
    if (code) {
        sg_context_poison_current(code);
        return (CUresult)code;
    }
    if (!needs_init)
        return CUDA_SUCCESS;
    REQUIRE(atomic_load(&state) == READY, CUDA_ERROR_NOT_INITIALIZED);
    return lc_thread_calls_back() ? CUDA_ERROR_NOT_PERMITTED : CUDA_SUCCESS;
}
