/* What is remembered of launches: a few keys a function, the latest of those that fall on the same place. */
#include "accepted.h"

#include <stdatomic.h>
#include <string.h>

#include "objects.h"

static uint64_t mix(uint64_t key, uint64_t value)
{
    key = (key ^ value) * UINT64_C(0x9E3779B97F4A7C15);
    return key ^ key >> 29;
}

#define BYTES(member) (sizeof((CUlaunchAttributeValue *)NULL)->member)

/* How much of an attribute's value means something; the rest is what lay on the caller's stack. Of an event the
 * number does not count: it is checked where it is translated. */
static size_t value_bytes(CUlaunchAttributeID id)
{
    switch (id) {
    case CU_LAUNCH_ATTRIBUTE_PROGRAMMATIC_EVENT:
    case CU_LAUNCH_ATTRIBUTE_LAUNCH_COMPLETION_EVENT: return 0;
    case CU_LAUNCH_ATTRIBUTE_ACCESS_POLICY_WINDOW: return BYTES(accessPolicyWindow);
    case CU_LAUNCH_ATTRIBUTE_CLUSTER_DIMENSION: return BYTES(clusterDim);
    case CU_LAUNCH_ATTRIBUTE_PREFERRED_CLUSTER_DIMENSION: return BYTES(preferredClusterDim);
    case CU_LAUNCH_ATTRIBUTE_MEM_SYNC_DOMAIN_MAP: return BYTES(memSyncDomainMap);
    case CU_LAUNCH_ATTRIBUTE_COOPERATIVE:
    case CU_LAUNCH_ATTRIBUTE_SYNCHRONIZATION_POLICY:
    case CU_LAUNCH_ATTRIBUTE_CLUSTER_SCHEDULING_POLICY_PREFERENCE:
    case CU_LAUNCH_ATTRIBUTE_PROGRAMMATIC_STREAM_SERIALIZATION:
    case CU_LAUNCH_ATTRIBUTE_PRIORITY:
    case CU_LAUNCH_ATTRIBUTE_MEM_SYNC_DOMAIN:
    case CU_LAUNCH_ATTRIBUTE_PREFERRED_SHARED_MEMORY_CARVEOUT:
    case CU_LAUNCH_ATTRIBUTE_NVLINK_UTIL_CENTRIC_SCHEDULING: return sizeof(int);
    default: return sizeof(CUlaunchAttributeValue);
    }
}

/* Whether so many blocks may run together is another question for each grid. */
static bool is_about_the_grid(CUlaunchAttributeID id)
{
    return id == CU_LAUNCH_ATTRIBUTE_COOPERATIVE || id == CU_LAUNCH_ATTRIBUTE_CLUSTER_DIMENSION ||
           id == CU_LAUNCH_ATTRIBUTE_PREFERRED_CLUSTER_DIMENSION;
}

static uint64_t mix_attribute(uint64_t key, const CUlaunchAttribute *attribute)
{
    uint64_t words[sizeof attribute->value / sizeof(uint64_t)] = {0};
    memcpy(words, &attribute->value, value_bytes(attribute->id));
    key = mix(key, attribute->id);
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        key = mix(key, words[i]);
    return key;
}

/* True if the code itself demands clusters, so that a grid without attributes can be wrong. */
static bool has_clusters(const struct bf_code *code)
{
    return bf_code_attribute(code, CU_FUNC_ATTRIBUTE_CLUSTER_SIZE_MUST_BE_SET) ||
           bf_code_attribute(code, CU_FUNC_ATTRIBUTE_REQUIRED_CLUSTER_WIDTH);
}

uint64_t bf_accepted_key(const struct bf_accepted_config *config)
{
    const struct lc_launch *launch = config->launch;
    const struct bf_code *code = config->function->function.code;
    bool grid_matters = has_clusters(code);
    if (code->free_block && !config->attribute_count && !config->is_beyond && !grid_matters)
        return 0;
    uint64_t key = mix((uint64_t)config->device + 1, launch->shared_bytes);
    for (unsigned i = 0; i < config->attribute_count; i++) {
        key = mix_attribute(key, &config->attributes[i]);
        grid_matters |= is_about_the_grid(config->attributes[i].id);
    }
    for (int i = 0; i < 3; i++)
        key = mix(key, (uint64_t)launch->block[i] << 32 | (grid_matters ? launch->grid[i] : 0));
    return key ? key : 1;
}

bool bf_accepted_has(const struct bf_code *code, uint64_t key)
{
    return atomic_load_explicit(&code->accepted[key % BF_ACCEPTED_MAX], memory_order_relaxed) == key;
}

void bf_accepted_add(struct bf_code *code, uint64_t key)
{
    atomic_store_explicit(&code->accepted[key % BF_ACCEPTED_MAX], key, memory_order_relaxed);
}

void bf_accepted_forget(struct bf_code *code)
{
    for (int i = 0; i < BF_ACCEPTED_MAX; i++)
        atomic_store_explicit(&code->accepted[i], 0, memory_order_relaxed);
}
