/* Kernel launches: checked here as the driver checks them at the call, then told to the server. */
#include <limits.h>

#include "../../libcuda/generated/cuda_api.h"
#include "../../libcuda/old_launch.h"
#include "issue.h"
#include "launch.h"
#include "../state/kernels.h"
#include "../state/accepted.h"
#include "../state/blocks.h"
#include "../state/events.h"
#include "../state/order.h"
#include "../state/structures.h"
#include "../state/reach.h"

static unsigned limit(const struct bf_device_facts *facts, unsigned attribute)
{
    return facts->has_attribute[attribute] ? (unsigned)facts->attributes[attribute] : UINT_MAX;
}

static struct lc_launch_limits limits_of(const struct bf_device_facts *facts)
{
    return (struct lc_launch_limits){
        .grid = {limit(facts, CU_DEVICE_ATTRIBUTE_MAX_GRID_DIM_X), limit(facts, CU_DEVICE_ATTRIBUTE_MAX_GRID_DIM_Y),
                 limit(facts, CU_DEVICE_ATTRIBUTE_MAX_GRID_DIM_Z)},
        .block = {limit(facts, CU_DEVICE_ATTRIBUTE_MAX_BLOCK_DIM_X), limit(facts, CU_DEVICE_ATTRIBUTE_MAX_BLOCK_DIM_Y),
                  limit(facts, CU_DEVICE_ATTRIBUTE_MAX_BLOCK_DIM_Z)},
        .block_threads = limit(facts, CU_DEVICE_ATTRIBUTE_MAX_THREADS_PER_BLOCK),
        .block_registers = limit(facts, CU_DEVICE_ATTRIBUTE_MAX_REGISTERS_PER_BLOCK),
        .function_threads = UINT_MAX,
        .function_registers = UINT_MAX,
        .function_shared_bytes = UINT_MAX,
    };
}

static void limit_by(const struct bf_code *code, struct lc_launch_limits *limits)
{
    if (code->attribute_count > CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES) {
        limits->function_threads = (unsigned)code->attributes[CU_FUNC_ATTRIBUTE_MAX_THREADS_PER_BLOCK];
        limits->function_registers = (unsigned)code->attributes[CU_FUNC_ATTRIBUTE_NUM_REGS];
        limits->function_shared_bytes = (unsigned)code->attributes[CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES];
    }
}

/* What the driver says at once about a launch that can never run. A kernel may have been set otherwise in this context
 * than where it was described: beyond its description it is for the driver to say. */
static CUresult check_shape(struct bf_accepted_config *config, const struct bf_device *device)
{
    const struct bf_code *code = config->function->function.code;
    const struct lc_launch_limits of_device = limits_of(device->facts);
    struct lc_launch_limits limits = of_device;
    limit_by(code, &limits);
    CUresult result = lc_launch_check(config->launch, &limits);
    bool is_described = !code->overridden && code->described_device == device->ordinal;
    if (config->function->kind != BF_KERNEL || (!result && is_described))
        return result;
    config->is_beyond = true;
    return lc_launch_check(config->launch, &of_device);
}

/* An event of an attribute (in both kinds it comes first) measures no time and is one of the stream's context. */
static CUresult check_event(const struct bf_object *context, const CUlaunchAttributeValue *value)
{
    const struct bf_object *event = bf_objects_find(value->launchCompletionEvent.event, BF_EVENT);
    if (!event || event->owner != context)
        return CUDA_ERROR_INVALID_HANDLE;
    return event->event.flags & CU_EVENT_DISABLE_TIMING ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
}

/* `*means`: whether the server is to be told of it. */
static CUresult check_attribute(const struct bf_object *context, const CUlaunchAttribute *attribute, bool *means)
{
    *means = true;
    switch (attribute->id) {
    case CU_LAUNCH_ATTRIBUTE_IGNORE: *means = false; return CUDA_SUCCESS;
    case CU_LAUNCH_ATTRIBUTE_DEVICE_UPDATABLE_KERNEL_NODE:
        *means = false;
        return attribute->value.deviceUpdatableKernelNode.deviceUpdatable ? CUDA_ERROR_NOT_SUPPORTED : CUDA_SUCCESS;
    case CU_LAUNCH_ATTRIBUTE_PROGRAMMATIC_EVENT:
    case CU_LAUNCH_ATTRIBUTE_LAUNCH_COMPLETION_EVENT: return check_event(context, &attribute->value);
    default: return CUDA_SUCCESS;
    }
}

/* The attributes that mean something. */
static CUresult choose_attributes(const struct bf_object *context, const CUlaunchConfig *config, CUlaunchAttribute *out,
                                  unsigned *chosen)
{
    *chosen = 0;
    if (config->numAttrs && !config->attrs)
        return CUDA_ERROR_INVALID_VALUE;
    for (unsigned i = 0; i < config->numAttrs; i++) {
        bool means;
        CUresult result = check_attribute(context, &config->attrs[i], &means);
        if (!result && means && *chosen == BF_LAUNCH_ATTRIBUTES_MAX)
            result = CUDA_ERROR_INVALID_VALUE;
        if (result)
            return result;
        if (means)
            out[(*chosen)++] = config->attrs[i];
    }
    return CUDA_SUCCESS;
}

/* A function runs on streams of the context it is loaded in; a kernel runs anywhere. */
static bool is_elsewhere(const struct bf_object *function, const struct bf_object *context)
{
    return function->kind == BF_FUNCTION && function->function.context_number != context->number;
}

/* A launch with attributes, or one that the driver may have something against: then it is asked. */
static CUresult submit_ex(const struct bf_order *order, uint64_t number, const struct bf_accepted_config *config,
                          uint64_t key, struct bf_value block)
{
    const struct lc_launch *shape = config->launch;
    struct bf_packed attributes;
    CUresult result = bf_structures_pack(&attributes, BF_STRUCTURE_CUlaunchAttribute, config->attributes,
                                         config->attribute_count, order->context);
    const struct bf_value args[] = {bf_u(number),
                                    bf_u(shape->grid[0]),
                                    bf_u(shape->grid[1]),
                                    bf_u(shape->grid[2]),
                                    bf_u(shape->block[0]),
                                    bf_u(shape->block[1]),
                                    bf_u(shape->block[2]),
                                    bf_u(shape->shared_bytes),
                                    bf_u(order->stream),
                                    bf_structures_value(&attributes),
                                    block};
    if (!result && key)
        result = bf_call_ask(order->to, &bf_calls[BF_CALL_launch_first], args, NULL, NULL);
    else if (!result)
        result = bf_call_tell(order->to, &bf_calls[BF_CALL_launch_ex], args, NULL);
    bf_structures_end(&attributes);
    return result;
}

static CUresult submit(const struct bf_order *order, uint64_t number, const struct bf_accepted_config *config,
                       struct bf_value block)
{
    const struct lc_launch *shape = config->launch;
    struct bf_code *code = config->function->function.code;
    uint64_t key = bf_accepted_key(config);
    if (key && !bf_accepted_has(code, key)) {
        CUresult result = submit_ex(order, number, config, key, block);
        if (!result)
            bf_accepted_add(code, key);
        return result;
    }
    if (config->attribute_count)
        return submit_ex(order, number, config, 0, block);
    return BF_TELL(order->to, launch, bf_u(number), bf_u(shape->grid[0]), bf_u(shape->grid[1]), bf_u(shape->grid[2]),
                   bf_u(shape->block[0]), bf_u(shape->block[1]), bf_u(shape->block[2]), bf_u(shape->shared_bytes),
                   bf_u(order->stream), block);
}

static CUresult launch(CUfunction f, const struct lc_launch *shape, CUstream stream,
                       const CUlaunchAttribute *attributes, unsigned attribute_count, void **params, void **extra)
{
    uint8_t small[BF_SMALL_BLOCK_BYTES];
    struct bf_order order;
    struct bf_object *function;
    struct bf_value block;
    uint64_t number;
    CUresult result = bf_order_find(stream, &order);
    const struct bf_issue_kernel kernel = {f, shape, attributes, attribute_count, params, extra};
    if (!result && lc_capture_any() && bf_issue_launch(&order, &kernel, &result))
        return result;
    if (!result)
        result = bf_kernels_find(f, order.context, &function, &number);
    if (!result && is_elsewhere(function, order.context))
        result = CUDA_ERROR_INVALID_HANDLE;
    if (result)
        return result;
    const struct bf_device *device = order.context->context.device;
    struct bf_accepted_config config = {function, shape, device->ordinal, attributes, attribute_count, false};
    result = check_shape(&config, device);
    if (!result)
        result = bf_blocks_gather(function->function.code, params, extra, small, &block);
    if (result)
        return result;
    bf_reach_launch(order.to.server, function->function.code->name, block.p, block.bytes);
    return submit(&order, number, &config, block);
}

CUresult cuLaunchKernel(CUfunction f, unsigned int gridDimX, unsigned int gridDimY, unsigned int gridDimZ,
                        unsigned int blockDimX, unsigned int blockDimY, unsigned int blockDimZ,
                        unsigned int sharedMemBytes, CUstream hStream, void **kernelParams, void **extra)
{
    struct lc_launch shape = {{gridDimX, gridDimY, gridDimZ}, {blockDimX, blockDimY, blockDimZ}, sharedMemBytes};
    return launch(f, &shape, hStream, NULL, 0, kernelParams, extra);
}

/* The events of its attributes are complete with the launch at the latest. */
static void mark_events(const CUlaunchConfig *config, const struct bf_order *order)
{
    for (unsigned i = 0; i < config->numAttrs; i++) {
        CUlaunchAttributeID id = config->attrs[i].id;
        if (id != CU_LAUNCH_ATTRIBUTE_PROGRAMMATIC_EVENT && id != CU_LAUNCH_ATTRIBUTE_LAUNCH_COMPLETION_EVENT)
            continue;
        struct bf_object *event = bf_objects_find(config->attrs[i].value.launchCompletionEvent.event, BF_EVENT);
        const struct lc_capture_stream stream = bf_issue_stream(order);
        CUresult captured;
        if (event && !(lc_capture_any() && lc_capture_work_record(&stream, &event->event.captured, &captured)))
            bf_events_recorded(event, &(struct bf_put){order->to.progress, atomic_load(&order->to.progress->last), 0});
    }
}

CUresult cuLaunchKernelEx(const CUlaunchConfig *config, CUfunction f, void **kernelParams, void **extra)
{
    CUlaunchAttribute attributes[BF_LAUNCH_ATTRIBUTES_MAX];
    struct bf_order order;
    unsigned count;
    if (!bf_client_ready())
        return bf_client_refusal();
    if (!config)
        return CUDA_ERROR_INVALID_VALUE;
    CUresult result = bf_order_find(config->hStream, &order);
    if (!result)
        result = choose_attributes(order.context, config, attributes, &count);
    if (result)
        return result;
    struct lc_launch shape = {{config->gridDimX, config->gridDimY, config->gridDimZ},
                              {config->blockDimX, config->blockDimY, config->blockDimZ},
                              config->sharedMemBytes};
    result = launch(f, &shape, config->hStream, attributes, count, kernelParams, extra);
    if (!result)
        mark_events(config, &order);
    return result;
}

CUresult cuLaunchCooperativeKernel(CUfunction f, unsigned int gridDimX, unsigned int gridDimY, unsigned int gridDimZ,
                                   unsigned int blockDimX, unsigned int blockDimY, unsigned int blockDimZ,
                                   unsigned int sharedMemBytes, CUstream hStream, void **kernelParams)
{
    struct lc_launch shape = {{gridDimX, gridDimY, gridDimZ}, {blockDimX, blockDimY, blockDimZ}, sharedMemBytes};
    CUlaunchAttribute cooperative = {.id = CU_LAUNCH_ATTRIBUTE_COOPERATIVE, .value = {.cooperative = 1}};
    return launch(f, &shape, hStream, &cooperative, 1, kernelParams, NULL);
}

CUresult bf_launch_old(struct bf_object *function, int width, int height, CUstream stream)
{
    struct lc_old_launch_call call;
    CUresult result = lc_old_launch_take(&function->function.code->old, &call);
    if (result)
        return result;
    struct lc_launch shape = {
        {(unsigned)width, (unsigned)height, 1}, {call.block[0], call.block[1], call.block[2]}, call.shared};
    result = launch((CUfunction)function, &shape, stream, NULL, 0, NULL, call.extra);
    lc_old_launch_end(&call);
    return result;
}

CUresult bf_launch_clusters(struct bf_object *context, CUfunction f, const CUlaunchConfig *config, int want_size,
                            int *out)
{
    CUlaunchAttribute attributes[BF_LAUNCH_ATTRIBUTES_MAX];
    struct bf_object *function;
    struct bf_packed packed;
    struct bf_value value;
    uint64_t number;
    unsigned count;
    CUresult result = bf_kernels_find(f, context, &function, &number);
    if (!result)
        result = choose_attributes(context, config, attributes, &count);
    if (result)
        return result;
    result = bf_structures_pack(&packed, BF_STRUCTURE_CUlaunchAttribute, attributes, count, context);
    if (!result)
        result = BF_ASK(bf_in(context), &value, occupancy_clusters, bf_u(number), bf_u(config->gridDimX),
                        bf_u(config->gridDimY), bf_u(config->gridDimZ), bf_u(config->blockDimX),
                        bf_u(config->blockDimY), bf_u(config->blockDimZ), bf_u(config->sharedMemBytes),
                        bf_structures_value(&packed), bf_i(want_size));
    bf_structures_end(&packed);
    if (!result)
        *out = (int)value.s;
    return result;
}
