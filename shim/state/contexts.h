/* Contexts: which one is current on this thread, what belongs to one, primary and created ones. */
#ifndef BF_CONTEXTS_H
#define BF_CONTEXTS_H

#include "call.h"

/* What a context is another name of: itself, but for those of green contexts. */
static inline struct bf_object *bf_contexts_home(struct bf_object *context)
{
    return context->context.home ? context->context.home : context;
}

/* The green context whose name the thread's current context is, or NULL. */
struct bf_object *bf_contexts_green(void);

/* The context in which this thread's calls are made: 0 and *out, or the CUresult that the call is to return. */
CUresult bf_contexts_current(struct bf_object **out);

/* The same whether it is usable or not; *out is NULL if there is none. Only NOT_INITIALIZED and OUT_OF_MEMORY fail. */
CUresult bf_contexts_peek(struct bf_object **out);

/* The current context, usable or lost: for what is known of it here. */
CUresult bf_contexts_known(struct bf_object **out);

/* False for one and the same context, and for a primary one that does not exist. */
bool bf_contexts_can_be_peers(const struct bf_object *context, const struct bf_object *peer);

/* 0 if calls can be made in it. */
CUresult bf_contexts_check(const struct bf_object *context);

/* The same for what was made in a context when that had this number: a primary context that began anew has another. */
CUresult bf_contexts_check_in(const struct bf_object *context, uint64_t number);

/* It becomes current on this thread, used or not: OUT_OF_MEMORY if too many are. */
CUresult bf_contexts_push(struct bf_object *context);

/* The context that a handle names, or the current one if it is NULL. */
CUresult bf_contexts_find(CUcontext handle, struct bf_object **out);

/* What a call returns to whom a handle means nothing: INVALID_HANDLE, or what is wrong with the current context. */
CUresult bf_contexts_no_handle(void);

/* How far its legacy stream has got; above it, all its streams. Made at first use, NULL if memory ran out. */
struct bf_progress *bf_contexts_progress(struct bf_object *context);
/* The context is another one on the server from now on, or none (0): what was in it is over. */
void bf_contexts_renumber(struct bf_object *context, uint64_t number);
/* What was current before this thread's current context is so again. */
void bf_contexts_leave(void);

/* Where a call without a handle of a server goes: the current context's device, else the first. */
struct bf_device *bf_contexts_usual_device(void);

#endif
