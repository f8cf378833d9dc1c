/* Managed variables of modules and libraries. */
#include "managed_variables.h"

#include <stdlib.h>

#include "../../libcuda/advice.h"
#include "../managed/managed.h"
#include "../managed/views.h"
#include "managed_memory.h"
#include "reserve.h"

struct variable {
    struct variable *next;
    const struct bf_object *context, *owner;
    uint64_t base;
    size_t bytes;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct variable *_Atomic variables;

/* It may be known as a library's, or as that of the library's module. */
static const struct variable *find(uint64_t base)
{
    const struct variable *variable = variables;
    while (variable && variable->base != base)
        variable = variable->next;
    return variable;
}

static uint64_t floor_page(uint64_t address)
{
    return address / BF_VIEWS_PAGE * BF_VIEWS_PAGE;
}

/* The pages that are no area yet: others may have come with another variable. */
static CUresult add_pages(const struct bf_managed_place *place, uint64_t from, uint64_t end)
{
    int result = 0;
    for (uint64_t at = from, to; at < end && !result; at = to) {
        bool known = bf_managed_touches((const void *)(uintptr_t)at, BF_VIEWS_PAGE);
        for (to = at + BF_VIEWS_PAGE; to < end; to += BF_VIEWS_PAGE)
            if (bf_managed_touches((const void *)(uintptr_t)to, BF_VIEWS_PAGE) != known)
                break;
        if (!known)
            result = bf_reserve_own(at, to - at) ? bf_managed_add(place, at, to - at) : CUDA_ERROR_OUT_OF_MEMORY;
    }
    return (CUresult)result;
}

static CUresult add(struct bf_object *context, struct bf_object *owner, uint64_t base, size_t bytes)
{
    struct variable *variable = malloc(sizeof *variable);
    uint64_t stream, end = floor_page(base + bytes + BF_VIEWS_PAGE - 1);
    CUresult result = variable ? bf_managed_memory_stream(context, &stream) : CUDA_ERROR_OUT_OF_MEMORY;
    if (!result) {
        const struct bf_managed_place place = {&context->server->stream, context->number, stream, true};
        result = add_pages(&place, floor_page(base), end);
    }
    if (!result)
        result = (CUresult)bf_managed_add_part(base, base + bytes);
    if (!result && !lc_advice_add(base, bytes))
        result = CUDA_ERROR_OUT_OF_MEMORY;
    if (result) {
        free(variable);
        return result;
    }
    *variable = (struct variable){variables, context, owner, base, bytes};
    variables = variable;
    const struct bf_range range = {
        .base = base, .bytes = bytes, .id = bf_map_new_id(), .context = context, .module = owner, .managed = true};
    return bf_map_add(&context->server->memory, &range) ? CUDA_SUCCESS : CUDA_ERROR_OUT_OF_MEMORY;
}

CUresult bf_managed_variables_add(struct bf_object *context, struct bf_object *owner, uint64_t base, size_t bytes)
{
    pthread_mutex_lock(&lock);
    CUresult result = find(base) ? CUDA_SUCCESS : add(context, owner, base, bytes);
    pthread_mutex_unlock(&lock);
    return result;
}

void bf_managed_variables_end(const struct bf_object *gone)
{
    if (!variables)
        return;
    pthread_mutex_lock(&lock);
    for (struct variable *variable = variables, *before = NULL, *next; variable; variable = next) {
        next = variable->next;
        if (variable->owner != gone && variable->context != gone) {
            before = variable;
            continue;
        }
        lc_advice_remove(variable->base, variable->bytes);
        uint64_t from = floor_page(variable->base);
        bf_managed_remove_all(from, variable->base + variable->bytes - from);
        if (before)
            before->next = next;
        else
            variables = next;
        free(variable);
    }
    pthread_mutex_unlock(&lock);
}
