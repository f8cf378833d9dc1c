/* How busy a device has been of late: the share of time in which at least one kernel ran.
 *
 * The registry knows it by spans of 67 ms. A rate is that of the last nine: eight and the present one. Processes' busy
 * times are added, since whether they overlapped is not known: at most 100 %. A kernel counts as reading or writing
 * memory for as long as it runs. */
#include <stdint.h>

#include "../host/use.h"
#include "nvml.h"
#include "view.h"

enum { WINDOW = 9, USES_MAX = SG_REGISTRY_SLOTS + 1 };
#define SPAN_NS ((uint64_t)1 << SG_SPAN_SHIFT)

static unsigned percent(uint64_t busy, uint64_t all)
{
    return !all ? 0 : busy >= all ? 100 : (unsigned)((busy * 100 + all / 2) / all);
}

/* Of one process, over the window. */
static unsigned rate(const struct sg_view_spans *spans)
{
    uint64_t busy = 0, begin = (spans->first + SG_SPANS - WINDOW) << SG_SPAN_SHIFT;
    for (unsigned i = SG_SPANS - WINDOW; i < SG_SPANS; i++)
        busy += spans->busy_ns[i];
    return percent(busy, spans->now_ns - begin);
}

nvmlReturn_t nvmlDeviceGetUtilizationRates(nvmlDevice_t device, nvmlUtilization_t *utilization)
{
    struct sg_view_use uses[USES_MAX];
    ENTER_FOR(device, utilization);
    unsigned sum = 0, count = sg_view_uses(device->number, uses, USES_MAX);
    for (unsigned i = 0; i < count; i++)
        sum += rate(&uses[i].spans);
    sum = sum < 100 ? sum : 100;
    *utilization = (nvmlUtilization_t){.gpu = sum, .memory = sum};
    return NVML_SUCCESS;
}

/* One sample a process that has run a kernel of late, as of now. */
nvmlReturn_t nvmlDeviceGetProcessUtilization(nvmlDevice_t device, nvmlProcessUtilizationSample_t *utilization,
                                             unsigned int *processSamplesCount, unsigned long long lastSeenTimeStamp)
{
    struct sg_view_use uses[USES_MAX];
    ENTER_FOR(device, processSamplesCount);
    unsigned room = utilization ? *processSamplesCount : 0, busy = 0;
    unsigned count = sg_view_uses(device->number, uses, USES_MAX);
    for (unsigned i = 0; i < count; i++) {
        uint64_t stamp = sg_view_stamp_us(uses[i].spans.now_ns);
        unsigned share = rate(&uses[i].spans);
        if (!share || stamp <= lastSeenTimeStamp)
            continue;
        if (busy < room)
            utilization[busy] = (nvmlProcessUtilizationSample_t){
                .pid = (unsigned)uses[i].pid, .timeStamp = stamp, .smUtil = share, .memUtil = share};
        busy++;
    }
    *processSamplesCount = busy;
    REQUIRE(busy, NVML_ERROR_NOT_FOUND);
    return busy <= room ? NVML_SUCCESS : NVML_ERROR_INSUFFICIENT_SIZE;
}

/* The spans that are over, of all processes. Returns how many are newer than `after`. */
static unsigned sample(unsigned number, uint64_t after, nvmlSample_t *out, unsigned room)
{
    struct sg_view_use uses[USES_MAX];
    unsigned count = sg_view_uses(number, uses, USES_MAX), samples = 0;
    uint64_t now = sg_use_now(), first = (now >> SG_SPAN_SHIFT) - SG_SPANS + 1;
    for (uint64_t span = first; span < first + SG_SPANS - 1; span++) {
        uint64_t busy = 0, stamp = sg_view_stamp_us((span + 1) << SG_SPAN_SHIFT);
        for (unsigned i = 0; i < count; i++)
            if (span - uses[i].spans.first < SG_SPANS)
                busy += uses[i].spans.busy_ns[span - uses[i].spans.first];
        if (stamp <= after)
            continue;
        if (samples < room)
            out[samples] = (nvmlSample_t){.timeStamp = stamp, .sampleValue = {.uiVal = percent(busy, SPAN_NS)}};
        samples++;
    }
    return samples;
}

nvmlReturn_t nvmlDeviceGetSamples(nvmlDevice_t device, nvmlSamplingType_t type, unsigned long long lastSeenTimeStamp,
                                  nvmlValueType_t *sampleValType, unsigned int *sampleCount, nvmlSample_t *samples)
{
    ENTER_FOR(device, sampleValType && sampleCount);
    REQUIRE((int)type >= 0 && type < NVML_SAMPLINGTYPE_COUNT, NVML_ERROR_INVALID_ARGUMENT);
    REQUIRE(type == NVML_GPU_UTILIZATION_SAMPLES || type == NVML_MEMORY_UTILIZATION_SAMPLES, NVML_ERROR_NOT_SUPPORTED);
    *sampleValType = NVML_VALUE_TYPE_UNSIGNED_INT;
    /* Without room for samples, the answer is how many there can be. */
    if (!samples) {
        *sampleCount = SG_SPANS - 1;
        return NVML_SUCCESS;
    }
    unsigned room = *sampleCount, found = sample(device->number, lastSeenTimeStamp, samples, room);
    *sampleCount = found < room ? found : room;
    return found ? NVML_SUCCESS : NVML_ERROR_NOT_FOUND;
}
