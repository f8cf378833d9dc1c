/* Parsing of the environment. A value that is not understood is never replaced by a guess: it is named, and cuInit
 * fails. */
#include "settings.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "../../libcuda/environment.h"
#include "log.h"
#include "machine.h"

static struct sg_settings settings;

static void refuse(const char *name, const char *value, const char *remedy)
{
    sg_log_line("%s=%s is not valid: %s", name, value, remedy);
    settings.valid = false;
}

/* A decimal number that is the whole of [text, end). */
static bool number(const char *text, const char *end, uint64_t *out)
{
    if (text == end || *text < '0' || *text > '9')
        return false;
    char *stop;
    errno = 0;
    unsigned long long value = strtoull(text, &stop, 10);
    if (errno || stop != end)
        return false;
    *out = value;
    return true;
}

static uint64_t read_number(const char *name, uint64_t usual, uint64_t low, uint64_t high, const char *remedy)
{
    const char *text = lc_environment_get(name);
    uint64_t value;
    if (!text || !*text)
        return usual;
    if (number(text, text + strlen(text), &value) && value >= low && value <= high)
        return value;
    refuse(name, text, remedy);
    return usual;
}

/* Up to the size of a GPU's page. */
static void read_bounds(void)
{
    static const char remedy[] = "give a power of two from 1 (exact) to 2097152, e.g. 512";
    settings.bounds = read_number("SOFTGPU_BOUNDS", 1, 1, 2097152, remedy);
    if (settings.bounds & (settings.bounds - 1))
        refuse("SOFTGPU_BOUNDS", getenv("SOFTGPU_BOUNDS"), remedy);
}

/* Architectures whose limits attributes.c knows. */
static void read_capability(void)
{
    static const char *const known[] = {"7.0", "7.5",  "8.0",  "8.6",  "8.7",  "8.8",  "8.9",
                                        "9.0", "10.0", "10.3", "11.0", "12.0", "12.1", "13.0"};
    const char *text = lc_environment_get("SOFTGPU_CC");
    settings.cc_major = 7;
    settings.cc_minor = 5;
    if (!text || !*text)
        return;
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (strcmp(text, known[i]) == 0) {
            settings.cc_major = atoi(text);
            settings.cc_minor = atoi(strchr(text, '.') + 1);
            return;
        }
    }
    refuse("SOFTGPU_CC", text, "give one of 7.0 7.5 8.0 8.6 8.7 8.8 8.9 9.0 10.0 10.3 11.0 12.0 12.1 13.0");
}

/* One rule of SOFTGPU_FAULT, "name:nth:code", in [text, end). */
static bool read_rule(const char *text, const char *end, struct sg_fault_rule *out)
{
    size_t bytes = (size_t)(end - text);
    const char *first = memchr(text, ':', bytes);
    const char *second = first ? memchr(first + 1, ':', (size_t)(end - first - 1)) : NULL;
    uint64_t nth, code;
    if (!second || first == text || first - text >= SG_NAME_MAX || !number(first + 1, second, &nth) ||
        !number(second + 1, end, &code) || nth < 1 || nth > 1000000000 || code < 1 || code > 999)
        return false;
    memset(out->name, 0, sizeof out->name);
    memcpy(out->name, text, (size_t)(first - text));
    out->nth = (unsigned)nth;
    out->code = (int)code;
    return true;
}

static void read_faults(void)
{
    const char *text = lc_environment_get("SOFTGPU_FAULT");
    const char *at = text;
    while (at && *at) {
        const char *end = at + strcspn(at, ",");
        if (settings.fault_count == SG_FAULTS_MAX || !read_rule(at, end, &settings.faults[settings.fault_count])) {
            refuse("SOFTGPU_FAULT", text,
                   "give name:nth:code, e.g. cuMemAlloc_v2:3:2, at most 8 of them with commas between");
            return;
        }
        settings.fault_count++;
        at = *end ? end + 1 : end;
    }
}

static unsigned usable_cpus(void)
{
    cpu_set_t set;
    int count = sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 1;
    return count < 1 ? 1 : count > SG_THREADS_MAX ? SG_THREADS_MAX : (unsigned)count;
}

/* A multiple of a MiB, the same in every process: what is left of the machine's memory at the time does not count. */
static uint64_t default_memory(void)
{
    enum { PARTS = 2, MIB = 1 << 20 };
    const uint64_t most = (uint64_t)16 << 30;
    struct sg_machine machine;
    sg_machine_read("", &machine);
    uint64_t share = machine.total / PARTS / settings.devices;
    share -= share % MIB;
    return share > most ? most : share < MIB ? MIB : share;
}

static void read_memory(void)
{
    const char *text = getenv("SOFTGPU_MEMORY");
    if (!text || !*text)
        settings.memory_shared = default_memory();
    settings.memory = read_number("SOFTGPU_MEMORY", settings.memory_shared, (uint64_t)1 << 20, (uint64_t)100 << 30,
                                  "give the bytes of each device, from 1048576 (1 MiB) to 107374182400 (100 GiB)");
}

static void load(void)
{
    settings.valid = true;
    settings.devices = (unsigned)read_number("SOFTGPU_DEVICES", 1, 1, SG_DEVICES_MAX, "give a number from 1 to 64");
    read_memory();
    settings.driver_version = (int)read_number("SOFTGPU_DRIVER_VERSION", 13090, 11000, 99990,
                                               "give 1000 * major + 10 * minor of CUDA 11.0 or newer, e.g. 13000");
    settings.threads =
        (unsigned)read_number("SOFTGPU_THREADS", usable_cpus(), 1, SG_THREADS_MAX, "give a number from 1 to 256");
    read_bounds();
    read_capability();
    read_faults();
}

bool sg_settings_addresses(uint64_t *begin, uint64_t *end)
{
    static const char name[] = "SOFTGPU_ADDRESSES";
    const char *text = lc_environment_get(name);
    char *stop;
    *end = 0;
    if (!text || !*text)
        return false;
    *begin = strtoull(text, &stop, 16);
    if (*stop == '-')
        *end = strtoull(stop + 1, &stop, 16);
    if (!*stop && *begin && (*begin | *end) % SG_ADDRESS_STEP == 0 && *begin < *end && *end <= SG_ADDRESSES)
        return true;
    sg_log_line("%s=%s is not valid: give two multiples of 2 MiB, e.g. 0x200000000000-0x210000000000", name, text);
    return false;
}

const struct sg_settings *sg_settings(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, load);
    return &settings;
}
