/* Errors that the server told without being asked. Notices name a context by its number: this file knows which
 * object that is. */
#include "faults.h"

#include "unreachable.h"

/* Guards the list of contexts, so that none is freed while its error is put there. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct bf_object *contexts;

void bf_faults_enter(struct bf_object *context, uint64_t number)
{
    pthread_mutex_lock(&lock);
    context->number = number;
    atomic_store(&context->context.lost, 0);
    atomic_store(&context->context.fault, 0);
    context->context.next_known = contexts;
    contexts = context;
    pthread_mutex_unlock(&lock);
}

void bf_faults_leave(struct bf_object *context)
{
    pthread_mutex_lock(&lock);
    struct bf_object **link = &contexts;
    while (*link && *link != context)
        link = &(*link)->context.next_known;
    if (*link)
        *link = context->context.next_known;
    atomic_store(&context->context.fault, 0);
    pthread_mutex_unlock(&lock);
}

static void keep_first(_Atomic unsigned *fault, int result)
{
    unsigned none = 0;
    atomic_compare_exchange_strong(fault, &none, (unsigned)result);
}

void bf_faults_take(struct bf_stream *stream, uint64_t number, int result, bool lost)
{
    struct bf_server *server = (struct bf_server *)((uint8_t *)stream - offsetof(struct bf_server, stream));
    if (lost)
        bf_unreachable_explain(result);
    if (!number) {
        keep_first(&server->fault, result);
        return;
    }
    pthread_mutex_lock(&lock);
    struct bf_object *context = contexts;
    while (context && (context->number != number || context->server != server))
        context = context->context.next_known;
    if (context && lost)
        atomic_store(&context->context.lost, (unsigned)result);
    else if (context)
        keep_first(&context->context.fault, result);
    pthread_mutex_unlock(&lock);
}

CUresult bf_faults_tell(struct bf_object *context)
{
    unsigned fault = atomic_exchange(&context->context.fault, 0);
    return (CUresult)(fault ? fault : atomic_exchange(&context->server->fault, 0));
}

CUresult bf_faults_explain(struct bf_object *context, CUresult result)
{
    unsigned refused = atomic_load(&context->context.refused), lost = atomic_load(&context->context.lost);
    unsigned fault =
        !refused && !lost && result == CUDA_ERROR_INVALID_HANDLE ? atomic_exchange(&context->context.fault, 0) : 0;
    unsigned why = refused ? refused : lost ? lost : fault;
    return why ? (CUresult)why : result;
}
