/* Life of modules. Knows nothing of images. */
#include "module.h"
#include "reference.h"

#include <stdlib.h>
#include <string.h>

#include "../../../libcuda/advice.h"
#include "../../../libcuda/old_launch.h"
#include "../image/source.h"
#include "handles.h"
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
    CUresult result = sg_pool_outside(module->context->device, bytes, align, module->context, address);
    if (!result) {
        sg_memory_set_tag(*address, SG_TAG_MODULE);
        module->addresses[module->address_count++] = *address;
    }
    return result;
}

static void free_variables(uint64_t address)
{
    struct sg_extent extent;
    if (sg_memory_find(address, &extent))
        lc_advice_remove(extent.begin, extent.end - extent.begin);
    sg_memory_free(address);
}

static void release(struct sg_module *module)
{
    if (module->program)
        sg_program_destroy(module->program);
    for (uint32_t i = 0; i < module->function_count && module->functions; i++) {
        sg_handles_drop(module->functions[i].handle);
        lc_old_launch_free(module->functions[i].old);
    }
    sg_reference_free(module->references);
    for (uint32_t i = 0; i < module->address_count; i++)
        free_variables(module->addresses[i]);
    if (module->handle)
        sg_handles_drop(module->handle);
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
        function->settings = sg_function_defaults();
        function->handle = sg_handles_new(SG_FUNCTION, function);
        REQUIRE(function->handle, CUDA_ERROR_OUT_OF_MEMORY);
        module->function_count = i + 1;
    }
    return CUDA_SUCCESS;
}

/* However a program comes to the address of a managed variable, it is managed memory. */
static CUresult note_managed(const struct sg_module *module)
{
    uint64_t address, bytes;
    for (uint32_t next = 0; sg_program_next_managed(module->program, &next, &address, &bytes);)
        REQUIRE(lc_advice_add(address, bytes), CUDA_ERROR_OUT_OF_MEMORY);
    return CUDA_SUCCESS;
}

static CUresult build(struct sg_module *module, const char *text, size_t bytes, struct ptx_log *log)
{
    struct ptx_module *parsed;
    TRY(sg_source_parse(text, bytes, !sg_function_loading_is_eager(), log, &parsed));
    TRY(sg_program_create(parsed, allocate, module, log, &module->program));
    TRY(note_managed(module));
    module->lacks_heap = sg_program_wants_heap(module->program);
    TRY(make_functions(module));
    for (uint32_t i = 0; i < module->function_count && sg_function_loading_is_eager(); i++)
        TRY(sg_function_load(&module->functions[i]));
    module->handle = sg_handles_new(SG_MODULE, module);
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
        module->forget(module->library, module);
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
