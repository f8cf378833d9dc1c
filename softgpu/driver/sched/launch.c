/* One launch: its checks in the native driver's order, its parameters, its grid as work, its fault. */
#include "launch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../../libcuda/errors.h"
#include "../../../libcuda/launch_check.h"
#include "../../host/log.h"
#include "../../host/settings.h"
#include "../../host/use.h"
#include "../state/occupancy.h"

/* ---- the grid as work */

struct launch_work {
    const struct sg_kernel_info *info;
    struct sg_grid *grid;
    bool begun;
};

/* The executor's memory begins at the next cache line. */
enum { GRID_OFFSET = 64 };
_Static_assert(sizeof(struct launch_work) <= GRID_OFFSET, "room before the grid");

static struct launch_work *launch_of(struct sg_work *work)
{
    return (struct launch_work *)work->payload;
}

/* A device is busy while at least one kernel runs on it. */
static void begin(struct sg_work *work)
{
    struct sg_device *device = work->stream->context->device;
    launch_of(work)->begun = true;
    if (!device->kernels_running++)
        sg_use_busy(device->use);
}

static void end(struct sg_work *work)
{
    struct sg_device *device = work->stream->context->device;
    if (launch_of(work)->begun && !--device->kernels_running)
        sg_use_idle(device->use);
}

static bool step(struct sg_work *work, struct sg_worker *worker)
{
    return sg_worker_step(worker, launch_of(work)->grid);
}

static bool failed(const struct sg_work *work)
{
    return sg_grid_fault(((const struct launch_work *)work->payload)->grid)->result != 0;
}

/* Where a bad address lies beside the allocation before it, if one is near; "" if none is. */
static void describe_neighbour(uint64_t address, char *out, size_t room)
{
    enum { GRANULES_MAX = 4096 };
    struct sg_extent extent;
    uint64_t probe = address & ~(uint64_t)(SG_MEMORY_GRANULE - 1);
    out[0] = 0;
    for (int i = 0; i < GRANULES_MAX && probe; i++, probe -= SG_MEMORY_GRANULE) {
        if (!sg_memory_find(probe, &extent))
            continue;
        if (address >= extent.end)
            snprintf(out, room, ", %llu bytes after the end of an allocation of %llu bytes,",
                     (unsigned long long)(address - extent.end), (unsigned long long)(extent.end - extent.begin));
        return;
    }
}

static void say(const struct launch_work *mine)
{
    char neighbour[128];
    const struct sg_fault_info *fault = sg_grid_fault(mine->grid);
    const char *name = lc_errors_name((CUresult)fault->result);
    describe_neighbour(fault->address, neighbour, sizeof neighbour);
    sg_log_line("%s at address 0x%llx%s by thread (%u,%u,%u) of block (%u,%u,%u) in kernel %s, line %u of its PTX: "
                "%s (%d); the context is unusable from now on",
                fault->what, (unsigned long long)fault->address, neighbour, fault->thread[0], fault->thread[1],
                fault->thread[2], fault->block[0], fault->block[1], fault->block[2], mine->info->name, fault->line,
                name ? name : "unknown error", fault->result);
}

/* One line a context, in the words of compute-sanitizer, and before the error can be seen: who sees it may look for
 * the line. */
static void report(struct sg_work *work)
{
    const struct launch_work *mine = launch_of(work);
    struct sg_context *context = work->stream->context;
    if (!atomic_load(&context->error) && !atomic_exchange(&context->said, true))
        say(mine);
    sg_queue_fail(context, sg_grid_fault(mine->grid)->result);
}

static void cancel(struct sg_work *work)
{
    sg_grid_cancel(launch_of(work)->grid);
}

static const struct sg_work_kind launch_kind = {.name = "launch",
                                                .begin = begin,
                                                .step = step,
                                                .failed = failed,
                                                .report = report,
                                                .end = end,
                                                .cancel = cancel,
                                                .needs_slot = true};

/* ---- parameters */

/* Where parameters are gathered: most launches need little. */
struct gathered {
    const void *bytes;
    void *owned;
    _Alignas(16) unsigned char small[1024];
};

static CUresult from_array(const struct sg_kernel_info *info, void **params, struct gathered *out)
{
    unsigned char *to = out->small;
    if (info->param_bytes > sizeof out->small) {
        to = out->owned = malloc(info->param_bytes);
        REQUIRE(to, CUDA_ERROR_OUT_OF_MEMORY);
    }
    for (uint32_t i = 0; i < info->param_count; i++) {
        REQUIRE(params[i], CUDA_ERROR_INVALID_VALUE);
        memcpy(to + info->params[i].offset, params[i], info->params[i].bytes);
    }
    out->bytes = to;
    return CUDA_SUCCESS;
}

static CUresult gather(const struct sg_kernel_info *info, void **params, void **extra, struct gathered *out)
{
    out->owned = NULL;
    out->bytes = out->small;
    REQUIRE(!params || !extra, CUDA_ERROR_INVALID_VALUE);
    if (extra)
        return lc_launch_check_extra(extra, info->param_bytes, &out->bytes);
    if (!info->param_count)
        return CUDA_SUCCESS;
    return params ? from_array(info, params, out) : CUDA_ERROR_INVALID_VALUE;
}

/* ---- checks */

static CUresult check(const struct sg_launch_request *request, const struct sg_function *function)
{
    const struct sg_kernel_info *info = function->info;
    const struct sg_dims grid = request->grid, block = request->block;
    const struct lc_launch shape = {{grid.x, grid.y, grid.z}, {block.x, block.y, block.z}, request->shared};
    struct lc_launch_limits limits = {
        .grid = {INT32_MAX, SG_GRID_YZ_MAX, SG_GRID_YZ_MAX},
        .block = {SG_BLOCK_THREADS_MAX, SG_BLOCK_THREADS_MAX, SG_BLOCK_Z_MAX},
        .block_threads = SG_BLOCK_THREADS_MAX,
        .block_registers = SG_SM_REGISTERS,
        .function_threads = info->max_threads,
        .function_registers = (unsigned)sg_function_registers(info),
        .function_shared_bytes = (unsigned)sg_function_shared_max(info, &function->settings),
    };
    TRY(lc_launch_check(&shape, &limits));
    unsigned threads = block.x * block.y * block.z;
    REQUIRE(!info->reqntid[0] || (request->block.x == info->reqntid[0] &&
                                  request->block.y == (info->reqntid[1] ? info->reqntid[1] : 1) &&
                                  request->block.z == (info->reqntid[2] ? info->reqntid[2] : 1)),
            CUDA_ERROR_INVALID_VALUE);
    REQUIRE(info->shared_bytes + request->shared <= (unsigned)sg_attributes_architecture()->block_shared_optin,
            CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES);
    TRY(sg_function_check_cluster(&function->settings, shape.grid));
    if (request->cooperative) {
        uint64_t blocks = (uint64_t)request->grid.x * request->grid.y * request->grid.z;
        REQUIRE(blocks <= sg_occupancy_grid(function, threads, request->shared) &&
                    blocks <=
                        sg_worker_cooperative_max(function->kernel, threads, info->shared_bytes + request->shared),
                CUDA_ERROR_COOPERATIVE_LAUNCH_TOO_LARGE);
    }
    return CUDA_SUCCESS;
}

/* ---- submission */

static uint32_t width_of(const struct sg_launch *launch)
{
    uint64_t blocks = (uint64_t)launch->grid[0] * launch->grid[1] * launch->grid[2];
    return launch->cooperative ? 1 : blocks < UINT32_MAX ? (uint32_t)blocks : UINT32_MAX;
}

struct sg_work *sg_launch_work(const struct sg_launch *launch, const struct sg_kernel_info *info, uint64_t grid_id)
{
    struct sg_work *work = sg_sched_new(&launch_kind, GRID_OFFSET + sg_grid_bytes(launch) + info->param_bytes);
    if (!work)
        return NULL;
    struct launch_work *mine = launch_of(work);
    struct sg_launch numbered = *launch;
    numbered.grid_id = grid_id;
    mine->info = info;
    mine->begun = false;
    mine->grid = sg_grid_begin(work->payload + GRID_OFFSET, &numbered);
    work->width = width_of(launch);
    return work;
}

CUresult sg_launch_resolve(const struct sg_launch_request *request, struct sg_context *context,
                           struct sg_function **function, struct sg_launch *launch)
{
    TRY(sg_library_function_of(request->function, context, function));
    REQUIRE(context == (*function)->module->context, CUDA_ERROR_INVALID_HANDLE);
    TRY(sg_function_load(*function));
    TRY(check(request, *function));
    TRY(sg_context_heap_ensure(context, (*function)->module));
    *launch = (struct sg_launch){
        .kernel = (*function)->kernel,
        .grid = {request->grid.x, request->grid.y, request->grid.z},
        .block = {request->block.x, request->block.y, request->block.z},
        .shared_dynamic = request->shared,
        .cooperative = request->cooperative,
        .device = (uint32_t)context->device->ordinal,
    };
    return CUDA_SUCCESS;
}

CUresult sg_launch_gather(const struct sg_launch_request *request, const struct sg_kernel_info *info, void *out)
{
    struct gathered gathered;
    TRY(gather(info, request->params, request->extra, &gathered));
    if (info->param_bytes)
        memcpy(out, gathered.bytes, info->param_bytes);
    free(gathered.owned);
    return CUDA_SUCCESS;
}

CUresult sg_launch_submit(const struct sg_launch_request *request, struct sg_stream **stream)
{
    struct sg_function *function;
    struct gathered gathered;
    struct sg_launch launch;
    TRY(sg_context_order(request->stream, stream));
    /* A kernel is launched in the context of the stream. */
    struct sg_context *context = (*stream)->context;
    TRY(sg_launch_resolve(request, context, &function, &launch));
    TRY(gather(function->info, request->params, request->extra, &gathered));
    launch.params = gathered.bytes;
    /* That there was no memory for its code is told by the grid, as its fault. */
    (void)sg_kernel_prepare(launch.kernel);
    uint64_t id = atomic_fetch_add_explicit(&context->last_grid, 1, memory_order_relaxed) + 1;
    struct sg_work *work = sg_launch_work(&launch, function->info, id);
    free(gathered.owned);
    REQUIRE(work, CUDA_ERROR_OUT_OF_MEMORY);
    work->prior = request->priority != NULL;
    if (work->prior)
        work->priority = (int8_t)sg_stream_priority(*request->priority);
    sg_workers_enqueue(*stream, work, false);
    return CUDA_SUCCESS;
}
