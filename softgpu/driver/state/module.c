/* Life of modules, and what is known about their functions. Knows nothing of images. */
#include "module.h"

#include <stdlib.h>
#include <string.h>

#include "handles.h"
#include "library.h"
#include "pool.h"

/* Memory for the variables of a program. */
static int allocate(void *user, uint64_t bytes, uint64_t align, uint64_t *address)
{
    struct sg_module *module = user;
    if (module->address_count == module->address_room) {
        uint32_t room = module->address_room ? 2 * module->address_room : 8;
        uint64_t *grown = realloc(module->addresses, room * sizeof *grown);
        REQUIRE(grown, CUDA_ERROR_OUT_OF_MEMORY);
        module->addresses = grown;
        module->address_room = room;
    }
    int result = sg_memory_alloc(module->context->device->memory, bytes, align, module->context, address);
    if (!result) {
        sg_memory_set_tag(*address, SG_TAG_MODULE);
        module->addresses[module->address_count++] = *address;
    }
    return result;
}

static void release(struct sg_module *module)
{
    if (module->program)
        sg_program_destroy(module->program);
    for (uint32_t i = 0; i < module->function_count && module->functions; i++)
        sg_handle_drop(module->functions[i].handle);
    for (uint32_t i = 0; i < module->address_count; i++)
        sg_memory_free(module->addresses[i]);
    if (module->handle)
        sg_handle_drop(module->handle);
    free(module->functions);
    free(module->addresses);
    free(module);
}

static CUresult make_functions(struct sg_module *module)
{
    uint32_t count = sg_program_kernel_count(module->program);
    module->functions = calloc((size_t)count + 1, sizeof *module->functions);
    REQUIRE(module->functions, CUDA_ERROR_OUT_OF_MEMORY);
    for (uint32_t i = 0; i < count; i++) {
        struct sg_function *function = &module->functions[i];
        function->module = module;
        function->kernel = sg_program_kernel_at(module->program, i);
        REQUIRE(function->kernel, CUDA_ERROR_OUT_OF_MEMORY);
        function->info = sg_kernel_info(function->kernel);
        function->settings = sg_function_defaults(function->info);
        function->handle = sg_handle_new(SG_FUNCTION, function);
        REQUIRE(function->handle, CUDA_ERROR_OUT_OF_MEMORY);
        module->function_count = i + 1;
    }
    return CUDA_SUCCESS;
}

static CUresult build(struct sg_module *module, const char *text, size_t bytes, struct ptx_log *log)
{
    struct ptx_module *parsed;
    TRY(sg_ptx_parse(text, bytes, log, &parsed));
    TRY(sg_program_create(parsed, allocate, module, log, &module->program));
    module->lacks_heap = sg_program_wants_heap(module->program);
    TRY(make_functions(module));
    module->handle = sg_handle_new(SG_MODULE, module);
    return module->handle ? CUDA_SUCCESS : CUDA_ERROR_OUT_OF_MEMORY;
}

CUresult sg_module_create(struct sg_context *context, const char *text, size_t bytes, struct ptx_log *log,
                          struct sg_module **out)
{
    struct sg_module *module = calloc(1, sizeof *module);
    REQUIRE(module, CUDA_ERROR_OUT_OF_MEMORY);
    module->context = context;
    CUresult result = build(module, text, bytes, log);
    if (result) {
        release(module);
        return result;
    }
    sg_objects_lock();
    module->next = context->modules;
    if (module->next)
        module->next->previous = module;
    context->modules = module;
    sg_objects_unlock();
    *out = module;
    return CUDA_SUCCESS;
}

void sg_module_destroy(struct sg_module *module)
{
    if (module->library)
        sg_library_forget(module->library, module);
    sg_objects_lock();
    *(module->previous ? &module->previous->next : &module->context->modules) = module->next;
    if (module->next)
        module->next->previous = module->previous;
    sg_objects_unlock();
    release(module);
}

void sg_module_destroy_all(struct sg_context *context)
{
    while (context->modules)
        sg_module_destroy(context->modules);
}

struct sg_function *sg_module_find(struct sg_module *module, const char *name)
{
    const struct sg_kernel *kernel = sg_program_kernel(module->program, name);
    for (uint32_t i = 0; kernel && i < module->function_count; i++)
        if (module->functions[i].kernel == kernel)
            return &module->functions[i];
    return NULL;
}

/* ---- functions */

struct sg_function_settings sg_function_defaults(const struct sg_kernel_info *info)
{
    int room = SG_BLOCK_SHARED - (int)info->shared_bytes;
    return (struct sg_function_settings){.shared_dynamic_max = room > 0 ? room : 0, .carveout = -1};
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
    const struct sg_architecture *arch = sg_device_architecture();
    switch (attribute) {
    case CU_FUNC_ATTRIBUTE_MAX_THREADS_PER_BLOCK: *value = (int)info->max_threads; break;
    case CU_FUNC_ATTRIBUTE_SHARED_SIZE_BYTES: *value = (int)info->shared_bytes; break;
    case CU_FUNC_ATTRIBUTE_CONST_SIZE_BYTES: *value = (int)info->const_bytes; break;
    case CU_FUNC_ATTRIBUTE_LOCAL_SIZE_BYTES: *value = (int)info->local_bytes; break;
    case CU_FUNC_ATTRIBUTE_NUM_REGS: *value = sg_function_registers(info); break;
    case CU_FUNC_ATTRIBUTE_PTX_VERSION: *value = (int)info->target; break;
    case CU_FUNC_ATTRIBUTE_BINARY_VERSION: *value = 10 * arch->major + arch->minor; break;
    case CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES: *value = settings->shared_dynamic_max; break;
    case CU_FUNC_ATTRIBUTE_PREFERRED_SHARED_MEMORY_CARVEOUT: *value = settings->carveout; break;
    case CU_FUNC_ATTRIBUTE_NON_PORTABLE_CLUSTER_SIZE_ALLOWED: *value = settings->cluster_nonportable; break;
    case CU_FUNC_ATTRIBUTE_CLUSTER_SCHEDULING_POLICY_PREFERENCE: *value = settings->cluster_policy; break;
    case CU_FUNC_ATTRIBUTE_CACHE_MODE_CA:
    case CU_FUNC_ATTRIBUTE_CLUSTER_SIZE_MUST_BE_SET:
    case CU_FUNC_ATTRIBUTE_REQUIRED_CLUSTER_WIDTH:
    case CU_FUNC_ATTRIBUTE_REQUIRED_CLUSTER_HEIGHT:
    case CU_FUNC_ATTRIBUTE_REQUIRED_CLUSTER_DEPTH: *value = 0; break;
    default: return CUDA_ERROR_INVALID_VALUE;
    }
    return CUDA_SUCCESS;
}

CUresult sg_function_write(const struct sg_kernel_info *info, struct sg_function_settings *settings, int attribute,
                           int value)
{
    int room = sg_device_architecture()->block_shared_optin - (int)info->shared_bytes;
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
    default: return CUDA_ERROR_INVALID_VALUE;
    }
    return CUDA_SUCCESS;
}

CUresult sg_function_param(const struct sg_kernel_info *info, size_t index, size_t *offset, size_t *bytes)
{
    REQUIRE(offset && index < info->param_count, CUDA_ERROR_INVALID_VALUE);
    *offset = info->params[index].offset;
    if (bytes)
        *bytes = info->params[index].bytes;
    return CUDA_SUCCESS;
}

CUresult sg_function_of(const void *handle, struct sg_context *context, struct sg_function **out)
{
    struct sg_function *function = sg_handle_get(handle, SG_FUNCTION);
    if (!function) {
        struct sg_library_kernel *kernel = sg_handle_get(handle, SG_KERNEL);
        REQUIRE(kernel, CUDA_ERROR_INVALID_HANDLE);
        return sg_library_function(kernel, context, out);
    }
    *out = function;
    return CUDA_SUCCESS;
}
