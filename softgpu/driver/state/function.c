/* What is known about a function, and what can be set on it. */
#include "module.h"

#include <stdlib.h>
#include <string.h>

#include "../../host/log.h"

bool sg_function_loading_is_eager(void)
{
    const char *wanted = getenv("CUDA_MODULE_LOADING");
    return wanted && strcmp(wanted, "EAGER") == 0;
}

CUresult sg_function_prepare(const struct sg_kernel *kernel)
{
    CUresult result = sg_kernel_prepare(kernel);
    if (result != CUDA_ERROR_INVALID_PTX)
        return CUDA_SUCCESS;
    sg_log_line("kernel %s cannot be loaded: %s", sg_kernel_info(kernel)->name, sg_kernel_trouble(kernel));
    return result;
}

CUresult sg_function_load(struct sg_function *function)
{
    if (atomic_load_explicit(&function->loaded, memory_order_acquire))
        return CUDA_SUCCESS;
    TRY(sg_function_prepare(function->kernel));
    atomic_store_explicit(&function->loaded, true, memory_order_release);
    return CUDA_SUCCESS;
}

struct sg_function_settings sg_function_defaults(void)
{
    return (struct sg_function_settings){.shared_dynamic_max = -1, .carveout = -1};
}

int sg_function_shared_max(const struct sg_kernel_info *info, const struct sg_function_settings *settings)
{
    int room = SG_BLOCK_SHARED - (int)info->shared_bytes;
    return settings->shared_dynamic_max >= 0 ? settings->shared_dynamic_max : room > 0 ? room : 0;
}

/* Registers of PTX are variables without limit. A count that a compiler would reach is what occupancy is computed
 * with. */
int sg_function_registers(const struct sg_kernel_info *info)
{
    enum { FEWEST = 16, MOST = SG_SM_REGISTERS / SG_BLOCK_THREADS_MAX };
    return info->registers < FEWEST ? FEWEST : info->registers > MOST ? MOST : (int)info->registers;
}

CUresult sg_function_read(const struct sg_kernel_info *info, const struct sg_function_settings *settings, int attribute,
                          int *value)
{
    const struct sg_architecture *arch = sg_attributes_architecture();
    switch (attribute) {
    case CU_FUNC_ATTRIBUTE_MAX_THREADS_PER_BLOCK: *value = (int)info->max_threads; break;
    case CU_FUNC_ATTRIBUTE_SHARED_SIZE_BYTES: *value = (int)info->shared_bytes; break;
    case CU_FUNC_ATTRIBUTE_CONST_SIZE_BYTES: *value = (int)info->const_bytes; break;
    case CU_FUNC_ATTRIBUTE_LOCAL_SIZE_BYTES: *value = (int)info->local_bytes; break;
    case CU_FUNC_ATTRIBUTE_NUM_REGS: *value = sg_function_registers(info); break;
    case CU_FUNC_ATTRIBUTE_PTX_VERSION: *value = (int)info->target; break;
    case CU_FUNC_ATTRIBUTE_BINARY_VERSION: *value = 10 * arch->major + arch->minor; break;
    case CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES: *value = sg_function_shared_max(info, settings); break;
    case CU_FUNC_ATTRIBUTE_PREFERRED_SHARED_MEMORY_CARVEOUT: *value = settings->carveout; break;
    case CU_FUNC_ATTRIBUTE_NON_PORTABLE_CLUSTER_SIZE_ALLOWED: *value = settings->cluster_nonportable; break;
    case CU_FUNC_ATTRIBUTE_CLUSTER_SCHEDULING_POLICY_PREFERENCE: *value = settings->cluster_policy; break;
    case CU_FUNC_ATTRIBUTE_CACHE_MODE_CA:
    case CU_FUNC_ATTRIBUTE_CLUSTER_SIZE_MUST_BE_SET: *value = 0; break;
    case CU_FUNC_ATTRIBUTE_REQUIRED_CLUSTER_WIDTH:
    case CU_FUNC_ATTRIBUTE_REQUIRED_CLUSTER_HEIGHT:
    case CU_FUNC_ATTRIBUTE_REQUIRED_CLUSTER_DEPTH:
        *value = settings->cluster[attribute - CU_FUNC_ATTRIBUTE_REQUIRED_CLUSTER_WIDTH];
        break;
    default: return CUDA_ERROR_INVALID_VALUE;
    }
    return CUDA_SUCCESS;
}

CUresult sg_function_write(const struct sg_kernel_info *info, struct sg_function_settings *settings, int attribute,
                           int value)
{
    int room = sg_attributes_architecture()->block_shared_optin - (int)info->shared_bytes;
    switch (attribute) {
    case CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES:
        REQUIRE(value >= 0 && value <= room, CUDA_ERROR_INVALID_VALUE);
        settings->shared_dynamic_max = value;
        break;
    case CU_FUNC_ATTRIBUTE_PREFERRED_SHARED_MEMORY_CARVEOUT:
        REQUIRE(value >= -1 && value <= 100, CUDA_ERROR_INVALID_VALUE);
        settings->carveout = value;
        break;
    case CU_FUNC_ATTRIBUTE_NON_PORTABLE_CLUSTER_SIZE_ALLOWED:
        REQUIRE(value == 0 || value == 1, CUDA_ERROR_INVALID_VALUE);
        settings->cluster_nonportable = value;
        break;
    case CU_FUNC_ATTRIBUTE_CLUSTER_SCHEDULING_POLICY_PREFERENCE:
        REQUIRE(value >= 0 && value <= CU_CLUSTER_SCHEDULING_POLICY_LOAD_BALANCING, CUDA_ERROR_INVALID_VALUE);
        settings->cluster_policy = value;
        break;
    case CU_FUNC_ATTRIBUTE_REQUIRED_CLUSTER_WIDTH:
    case CU_FUNC_ATTRIBUTE_REQUIRED_CLUSTER_HEIGHT:
    case CU_FUNC_ATTRIBUTE_REQUIRED_CLUSTER_DEPTH:
        REQUIRE(value >= 0, CUDA_ERROR_INVALID_VALUE);
        settings->cluster[attribute - CU_FUNC_ATTRIBUTE_REQUIRED_CLUSTER_WIDTH] = value;
        break;
    default: return CUDA_ERROR_INVALID_VALUE;
    }
    return CUDA_SUCCESS;
}

/* A cluster of one block is what every block is; there are no larger ones. */
CUresult sg_function_check_cluster(const struct sg_function_settings *settings, const unsigned grid[3])
{
    const int *cluster = settings->cluster;
    if (!cluster[0] && !cluster[1] && !cluster[2])
        return CUDA_SUCCESS;
    bool is_one = true;
    for (int i = 0; i < 3; i++) {
        REQUIRE(cluster[i] && !(grid[i] % (unsigned)cluster[i]), CUDA_ERROR_INVALID_CLUSTER_SIZE);
        is_one &= cluster[i] == 1;
    }
    return is_one ? CUDA_SUCCESS : CUDA_ERROR_NOT_SUPPORTED;
}

CUresult sg_function_param(const struct sg_kernel_info *info, size_t index, size_t *offset, size_t *bytes)
{
    REQUIRE(offset && index < info->param_count, CUDA_ERROR_INVALID_VALUE);
    *offset = info->params[index].offset;
    if (bytes)
        *bytes = info->params[index].bytes;
    return CUDA_SUCCESS;
}
