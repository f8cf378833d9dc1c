/* One body for all plain symbols: handles become numbers, the call is made, results go out. */
#include "stub.h"

#include "../state/kernels.h"
#include "../state/code.h"
#include "../state/order.h"

/* Where the call goes: the place of its stream, event or pool if it has one, else the current context. */
static CUresult resolve(const struct bf_call *call, struct bf_value *arg, char letter, struct bf_order *order)
{
    struct bf_object *object;
    void *handle = (void *)(uintptr_t)arg->u;
    switch (letter) {
    case 'S': {
        CUresult result = bf_order_find(handle, order);
        arg->u = order->stream;
        return result;
    }
    case 'F': return bf_kernels_find(handle, order->context, &object, &arg->u);
    case 'E':
    case 'P':
        object = bf_objects_find(handle, letter == 'E' ? BF_EVENT : BF_POOL);
        if (!object)
            return letter == 'E' ? bf_contexts_no_handle() : CUDA_ERROR_INVALID_VALUE;
        arg->u = object->number;
        order->to = letter == 'E' ? bf_in(object->owner) : bf_on(object->server);
        return CUDA_SUCCESS;
    default: (void)call; return CUDA_SUCCESS;
    }
}

/* A call of an event or a pool needs no current context, one of a stream finds its own. */
static bool needs_context(const struct bf_call *call)
{
    return !strpbrk(call->args, "SEP");
}

static CUresult prepare(const struct bf_call *call, struct bf_value *args, struct bf_order *order)
{
    *order = (struct bf_order){.stream = 0};
    CUresult result = bf_client_ready() ? CUDA_SUCCESS : CUDA_ERROR_NOT_INITIALIZED;
    if (!result && needs_context(call)) {
        result = bf_contexts_current(&order->context);
        if (!result)
            order->to = bf_in(order->context);
    }
    for (unsigned i = 0; i < call->arg_count && !result; i++)
        result = resolve(call, &args[i], call->args[i], order);
    return result;
}

static void write_out(char letter, const struct bf_value *value, void *out)
{
    switch (letter) {
    case 'i': memcpy(out, &(int){(int)value->s}, sizeof(int)); break;
    case 'u': memcpy(out, &(unsigned){(unsigned)value->u}, sizeof(unsigned)); break;
    case 'f': memcpy(out, &value->f, sizeof value->f); break;
    default: memcpy(out, &value->u, sizeof value->u);
    }
}

CUresult bf_stub_call(const struct bf_call *call, struct bf_value *args, void *const *outs)
{
    struct bf_order order;
    struct bf_value values[BF_REPLY_VALUES_MAX];
    CUresult result = prepare(call, args, &order);
    for (unsigned i = 0; i < call->reply_count && !result; i++)
        if (!outs[i])
            result = CUDA_ERROR_INVALID_VALUE;
    if (result)
        return result;
    if (call->how == BF_HOW_TELL)
        return bf_call_tell(order.to, call, args, NULL);
    result = bf_call_ask(order.to, call, args, NULL, values);
    for (unsigned i = 0; i < call->reply_count && !result; i++)
        write_out(call->reply[i], &values[i], outs[i]);
    return result;
}
