/* A function of NVML by its description. */
#include "call.h"

#include <stdlib.h>
#include <string.h>

#include "wire.h"

enum { PARAMS_MAX = 8 };

/* The arguments of one call. `bytes[i]` is the size of what parameter i points to. */
struct packed {
    const struct bf_nvml_function *function;
    const union bf_nvml_arg *args;
    struct bf_nvml_server *server;
    size_t bytes[PARAMS_MAX], in_bytes, out_bytes;
    bool zero[PARAMS_MAX];   /* of a count: its array is NULL, so that 0 goes in whatever it is */
};

static uint32_t load(const void *at)
{
    uint32_t value;
    memcpy(&value, at, sizeof value);
    return value;
}

static bool is_array(char letter)
{
    return strchr("sanx", letter) != NULL;
}

static bool goes_in(char letter)
{
    return strchr("Duivcx", letter) != NULL;
}

static bool comes_out(char letter)
{
    return strchr("ovcsanx", letter) != NULL;
}

/* The first device says where the call goes; another one must be there, too. */
static nvmlReturn_t measure_device(struct packed *packed, unsigned i)
{
    const struct bf_nvml_device *device = bf_nvml_client_device((nvmlDevice_t)(uintptr_t)packed->args[i].p);
    if (!device || (packed->server && packed->server != device->server))
        return NVML_ERROR_INVALID_ARGUMENT;
    packed->server = device->server;
    return NVML_SUCCESS;
}

/* A structure begins with its size and the number of its version. */
static nvmlReturn_t measure_versioned(struct packed *packed, unsigned i)
{
    uint32_t version = load(packed->args[i].p), bytes = version & 0xffffff;
    if (bytes < sizeof version || bytes > BF_NVML_STRUCT_BYTES_MAX || !(version >> 24))
        return NVML_ERROR_ARGUMENT_VERSION_MISMATCH;
    packed->bytes[i] = bytes;
    return NVML_SUCCESS;
}

/* As many elements as the caller has room for, and the wire. */
static nvmlReturn_t measure_array(struct packed *packed, unsigned i)
{
    const struct bf_nvml_param *param = &packed->function->params[i];
    uint64_t count = (uint64_t)-param->count;
    if (param->count > 0 && packed->function->params[param->count].letter == 'c') {
        const void *pointer = packed->args[param->count].p;
        count = pointer ? load(pointer) : 0;
    } else if (param->count > 0) {
        count = (uint32_t)packed->args[param->count].u;
    }
    if (!packed->args[i].p && param->letter == 'n') {
        packed->zero[param->count] = true;
        count = 0;
    }
    if (count && !packed->args[i].p)
        return NVML_ERROR_INVALID_ARGUMENT;
    uint64_t most = BF_NVML_VALUES_BYTES_MAX / 4 / param->bytes;
    packed->bytes[i] = (size_t)(count < most ? count : most) * param->bytes;
    return NVML_SUCCESS;
}

static nvmlReturn_t measure(struct packed *packed)
{
    for (unsigned i = 0; i < packed->function->count; i++) {
        const struct bf_nvml_param *param = &packed->function->params[i];
        nvmlReturn_t result = NVML_SUCCESS;
        packed->bytes[i] = param->bytes;
        if (param->letter == 'D')
            result = measure_device(packed, i);
        else if (is_array(param->letter))
            result = measure_array(packed, i);
        else if (param->letter != 'u' && !packed->args[i].p)
            result = NVML_ERROR_INVALID_ARGUMENT;
        else if (param->letter == 'v')
            result = measure_versioned(packed, i);
        if (result)
            return result;
        packed->in_bytes += goes_in(param->letter) ? packed->bytes[i] : 0;
        packed->out_bytes += comes_out(param->letter) ? packed->bytes[i] : 0;
    }
    return packed->server ? NVML_SUCCESS : NVML_ERROR_INVALID_ARGUMENT;
}

static void pack(const struct packed *packed, uint8_t *at)
{
    for (unsigned i = 0; i < packed->function->count; i++) {
        const struct bf_nvml_param *param = &packed->function->params[i];
        const union bf_nvml_arg *arg = &packed->args[i];
        if (!goes_in(param->letter) || !packed->bytes[i])
            continue;
        if (param->letter == 'D')
            memcpy(at, &bf_nvml_client_device((nvmlDevice_t)(uintptr_t)arg->p)->local, sizeof(uint32_t));
        else if (packed->zero[i])
            memset(at, 0, packed->bytes[i]);
        else
            memcpy(at, param->letter == 'u' ? (const void *)&arg->u : arg->p, packed->bytes[i]);
        at += packed->bytes[i];
    }
}

/* How much of parameter i's part of the values is to be written: of a counted array the elements there are, of text
 * up to its end. */
static size_t meant(const struct packed *packed, unsigned i, const uint8_t *values, size_t count_at[PARAMS_MAX])
{
    const struct bf_nvml_param *param = &packed->function->params[i];
    size_t bytes = packed->bytes[i];
    if (param->letter == 's') {
        const uint8_t *end = memchr(values, 0, bytes);
        return end ? (size_t)(end - values) + 1 : bytes;
    }
    if (!is_array(param->letter) || param->count <= 0 || packed->function->params[param->count].letter != 'c')
        return bytes;
    size_t filled = (size_t)load(values - count_at[i] + count_at[param->count]) * param->bytes;
    return filled < bytes ? filled : bytes;
}

static void unpack(const struct packed *packed, const uint8_t *values)
{
    size_t at[PARAMS_MAX] = {0}, total = 0;
    for (unsigned i = 0; i < packed->function->count; i++) {
        at[i] = total;
        total += comes_out(packed->function->params[i].letter) ? packed->bytes[i] : 0;
    }
    for (unsigned i = 0; i < packed->function->count; i++)
        if (comes_out(packed->function->params[i].letter) && packed->bytes[i])
            memcpy((void *)(uintptr_t)packed->args[i].p, values + at[i], meant(packed, i, values + at[i], at));
}

/* The counts that were wanted, when there was not room enough. */
static size_t unpack_counts(const struct packed *packed, const uint8_t *values, bool write)
{
    size_t total = 0;
    for (unsigned i = 0; i < packed->function->count; i++) {
        if (packed->function->params[i].letter == 'c') {
            if (write)
                memcpy((void *)(uintptr_t)packed->args[i].p, values + total, sizeof(uint32_t));
            total += sizeof(uint32_t);
        }
    }
    return total;
}

static nvmlReturn_t take(const struct packed *packed, const struct bf_nvml_answer *answer)
{
    if (answer->returned == NVML_ERROR_INSUFFICIENT_SIZE &&
        answer->bytes == unpack_counts(packed, answer->values, false))
        unpack_counts(packed, answer->values, true);
    if (answer->returned)
        return answer->returned;
    if (answer->bytes != packed->out_bytes)
        return NVML_ERROR_UNKNOWN;
    unpack(packed, answer->values);
    return NVML_SUCCESS;
}

nvmlReturn_t bf_nvml_call_on(struct bf_nvml_server *server, const struct bf_nvml_function *function,
                             const union bf_nvml_arg *args)
{
    struct packed packed = {.function = function, .args = args, .server = server};
    nvmlReturn_t result = measure(&packed);
    if (result)
        return result;
    uint8_t *arguments = malloc(packed.in_bytes + 1);
    if (!arguments)
        return NVML_ERROR_MEMORY;
    struct bf_nvml_answer answer;
    pack(&packed, arguments);
    bf_nvml_wire_ask(packed.server, function->name, arguments, packed.in_bytes, &answer);
    result = take(&packed, &answer);
    free(answer.held);
    free(arguments);
    return result;
}

nvmlReturn_t bf_nvml_call(const struct bf_nvml_function *function, const union bf_nvml_arg *args)
{
    nvmlReturn_t result = bf_nvml_client_enter();
    if (result)
        return result;
    result = bf_nvml_call_on(NULL, function, args);
    bf_nvml_client_leave();
    return result;
}
