/* The end of page-locked memory. */
#include "host_memory.h"

#include "host_space.h"
#include "managed_memory.h"
#include "pinned.h"
#include "reach.h"
#include "sources.h"
#include "waits.h"

static void end(struct bf_server *server, const struct bf_range *pinned)
{
    void *at = (void *)(uintptr_t)pinned->base;
    bf_memory_settle_host(at, pinned->bytes, NULL);
    if (bf_pinned_is_registered(pinned)) {
        bf_reach_return(pinned);
        return;
    }
    bf_reach_end(server, pinned);
    if (!pinned->mapped || pinned->placed)
        bf_host_space_give(at, pinned->bytes);
}

void bf_host_memory_free(const struct bf_range *pinned)
{
    if (pinned->mapped)
        bf_waits_settle(pinned->context);
    if (pinned->mapped && !pinned->placed)
        bf_managed_memory_free_mapped(pinned);
    bf_sources_settle((void *)(uintptr_t)pinned->base, pinned->bytes);
    end(pinned->context->server, pinned);
}

void bf_host_memory_end_context(struct bf_server *server, const struct bf_object *context)
{
    struct bf_range range;
    while (bf_pinned_take_of(context, &range))
        end(server, &range);
}
