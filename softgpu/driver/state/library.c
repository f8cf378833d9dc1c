/* Life of libraries and of their instances in contexts.
 *
 * The text is checked when the library is loaded, by making a program whose variables live in plain memory; that
 * program also tells about the kernels before any context exists. An instance for a context is made when something of
 * it is first used there. */
#include "library.h"

#include <stdlib.h>
#include <string.h>

#include "../image/source.h"
#include "handles.h"

struct sg_instance {
    struct sg_instance *next;
    struct sg_module *module;
};

_Static_assert(sizeof((struct sg_library_kernel *)0)->settings / sizeof(struct sg_function_settings) == SG_DEVICES_MAX,
               "settings for each device");

/* ---- life */

static int allocate(void *user, uint64_t bytes, uint64_t align, uint64_t *address)
{
    struct sg_library *library = user;
    if (library->variable_count == library->variable_room) {
        uint32_t room = library->variable_room ? 2 * library->variable_room : 8;
        void **grown = realloc(library->variables, room * sizeof *grown);
        REQUIRE(grown, CUDA_ERROR_OUT_OF_MEMORY);
        library->variables = grown;
        library->variable_room = room;
    }
    size_t boundary = align < 64 ? 64 : align;
    void *memory = aligned_alloc(boundary, (bytes + boundary - 1) / boundary * boundary);
    REQUIRE(memory, CUDA_ERROR_OUT_OF_MEMORY);
    library->variables[library->variable_count++] = memory;
    *address = (uint64_t)(uintptr_t)memory;
    return CUDA_SUCCESS;
}

static void release(struct sg_library *library)
{
    if (library->program)
        sg_program_destroy(library->program);
    for (uint32_t i = 0; i < library->kernel_count && library->kernels; i++)
        sg_handles_drop(library->kernels[i].handle);
    for (uint32_t i = 0; i < library->variable_count; i++)
        free(library->variables[i]);
    if (library->handle)
        sg_handles_drop(library->handle);
    pthread_mutex_destroy(&library->lock);
    free(library->kernels);
    free(library->variables);
    free(library->text);
    free(library);
}

static CUresult make_kernels(struct sg_library *library)
{
    uint32_t count = sg_program_kernel_count(library->program);
    library->kernels = calloc((size_t)count + 1, sizeof *library->kernels);
    REQUIRE(library->kernels, CUDA_ERROR_OUT_OF_MEMORY);
    for (uint32_t i = 0; i < count; i++) {
        struct sg_library_kernel *kernel = &library->kernels[i];
        const struct sg_kernel *program_kernel = sg_program_kernel_at(library->program, i);
        REQUIRE(program_kernel, CUDA_ERROR_OUT_OF_MEMORY);
        kernel->library = library;
        kernel->index = i;
        kernel->kernel = program_kernel;
        kernel->info = sg_kernel_info(program_kernel);
        for (int device = 0; device < SG_DEVICES_MAX; device++)
            kernel->settings[device] = sg_function_defaults();
        kernel->handle = sg_handles_new(SG_KERNEL, kernel);
        REQUIRE(kernel->handle, CUDA_ERROR_OUT_OF_MEMORY);
        library->kernel_count = i + 1;
    }
    return CUDA_SUCCESS;
}

static CUresult build(struct sg_library *library, const struct sg_code *code, struct ptx_log *log)
{
    struct ptx_module *parsed;
    library->text = malloc(code->bytes + 1);
    REQUIRE(library->text, CUDA_ERROR_OUT_OF_MEMORY);
    memcpy(library->text, code->text, code->bytes);
    library->text[code->bytes] = 0;
    library->bytes = code->bytes;
    TRY(sg_source_parse(library->text, library->bytes, !sg_function_loading_is_eager(), log, &parsed));
    TRY(sg_program_create(parsed, allocate, library, log, &library->program));
    TRY(make_kernels(library));
    library->handle = sg_handles_new(SG_LIBRARY, library);
    return library->handle ? CUDA_SUCCESS : CUDA_ERROR_OUT_OF_MEMORY;
}

CUresult sg_library_create(const struct sg_code *code, struct ptx_log *log, struct sg_library **out)
{
    struct sg_library *library = calloc(1, sizeof *library);
    REQUIRE(library, CUDA_ERROR_OUT_OF_MEMORY);
    pthread_mutex_init(&library->lock, NULL);
    CUresult result = build(library, code, log);
    if (result)
        release(library);
    else
        *out = library;
    return result;
}

void sg_library_destroy(struct sg_library *library)
{
    while (library->instances) {
        struct sg_module *module = library->instances->module;
        sg_wait_context(module->context, false);
        sg_module_destroy(module);
    }
    release(library);
}

/* ---- instances */

static void forget(struct sg_library *library, const struct sg_module *module)
{
    pthread_mutex_lock(&library->lock);
    struct sg_instance **link = &library->instances;
    while (*link && (*link)->module != module)
        link = &(*link)->next;
    struct sg_instance *gone = *link;
    if (gone)
        *link = gone->next;
    pthread_mutex_unlock(&library->lock);
    free(gone);
}

static void apply_settings(const struct sg_library *library, struct sg_module *module)
{
    for (uint32_t i = 0; i < module->function_count; i++)
        module->functions[i].settings = library->kernels[i].settings[module->context->device->ordinal];
}

/* With the library's lock held. */
static CUresult make_instance(struct sg_library *library, struct sg_context *context, struct sg_module **out)
{
    char text[256];
    struct ptx_log log = {text, sizeof text, 0};
    struct sg_instance *instance = malloc(sizeof *instance);
    REQUIRE(instance, CUDA_ERROR_OUT_OF_MEMORY);
    CUresult result = sg_module_create(context, library->text, library->bytes, &log, out);
    if (result) {
        free(instance);
        return result;
    }
    (*out)->library = library;
    (*out)->forget = forget;
    apply_settings(library, *out);
    *instance = (struct sg_instance){library->instances, *out};
    library->instances = instance;
    return CUDA_SUCCESS;
}

CUresult sg_library_module(struct sg_library *library, struct sg_context *context, struct sg_module **out)
{
    pthread_mutex_lock(&library->lock);
    const struct sg_instance *instance = library->instances;
    while (instance && instance->module->context != context)
        instance = instance->next;
    CUresult result = CUDA_SUCCESS;
    if (instance)
        *out = instance->module;
    else
        result = make_instance(library, context, out);
    pthread_mutex_unlock(&library->lock);
    return result;
}

CUresult sg_library_function(struct sg_library_kernel *kernel, struct sg_context *context, struct sg_function **out)
{
    /* A writer clears the incarnation first and sets it last, so one that reads the same before and after belongs to
     * the function read in between. */
    uint64_t before = atomic_load(&kernel->recent_incarnation);
    struct sg_function *recent = atomic_load(&kernel->recent);
    if (before == context->incarnation && before == atomic_load(&kernel->recent_incarnation)) {
        *out = recent;
        return CUDA_SUCCESS;
    }
    struct sg_module *module;
    TRY(sg_library_module(kernel->library, context, &module));
    *out = &module->functions[kernel->index];
    TRY(sg_function_load(*out));
    pthread_mutex_lock(&kernel->library->lock);
    atomic_store(&kernel->recent_incarnation, 0);
    atomic_store(&kernel->recent, *out);
    atomic_store(&kernel->recent_incarnation, context->incarnation);
    pthread_mutex_unlock(&kernel->library->lock);
    return CUDA_SUCCESS;
}

void sg_library_setting_changed(struct sg_library_kernel *kernel, CUdevice device, int attribute, int value)
{
    pthread_mutex_lock(&kernel->library->lock);
    for (struct sg_instance *instance = kernel->library->instances; instance; instance = instance->next) {
        struct sg_function *function = &instance->module->functions[kernel->index];
        if (instance->module->context->device->ordinal == device && !(function->own >> attribute & 1) &&
            !sg_function_load(function))
            sg_function_write(function->info, &function->settings, attribute, value);
    }
    pthread_mutex_unlock(&kernel->library->lock);
}

CUresult sg_library_function_of(const void *handle, struct sg_context *context, struct sg_function **out)
{
    struct sg_function *function = sg_handles_get(handle, SG_FUNCTION);
    if (!function) {
        struct sg_library_kernel *kernel = sg_handles_get(handle, SG_KERNEL);
        REQUIRE(kernel, CUDA_ERROR_INVALID_HANDLE);
        return sg_library_function(kernel, context, out);
    }
    *out = function;
    return CUDA_SUCCESS;
}

CUresult sg_library_function_at(const void *handle, struct sg_function **out)
{
    struct sg_context *context;
    *out = sg_handles_get(handle, SG_FUNCTION);
    if (*out)
        return sg_context_error((*out)->module->context);
    TRY(sg_context_current(&context));
    return sg_library_function_of(handle, context, out);
}
