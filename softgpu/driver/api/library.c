/* Libraries and their entry points.
 *
 * The text is checked when the library is loaded, by making a program whose variables live in plain memory; that
 * program also tells about the kernels before any context exists. An instance for a context is made when something of
 * it is first used there. */
#include "../state/library.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "../../host/settings.h"
#include "../state/handles.h"

struct instance {
    struct instance *next;
    struct sg_module *module;
};

struct sg_library {
    void *handle;
    char *text;
    size_t bytes;
    struct sg_program *program;              /* in no context */
    void **variables;
    uint32_t variable_count, variable_room;
    struct sg_library_kernel *kernels;
    uint32_t kernel_count;
    pthread_mutex_t lock;                    /* guards instances */
    struct instance *instances;
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
        sg_handle_drop(library->kernels[i].handle);
    for (uint32_t i = 0; i < library->variable_count; i++)
        free(library->variables[i]);
    if (library->handle)
        sg_handle_drop(library->handle);
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
        kernel->info = sg_kernel_info(program_kernel);
        for (int device = 0; device < SG_DEVICES_MAX; device++)
            kernel->settings[device] = sg_function_defaults(kernel->info);
        kernel->handle = sg_handle_new(SG_KERNEL, kernel);
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
    TRY(sg_ptx_parse(library->text, library->bytes, log, &parsed));
    TRY(sg_program_create(parsed, allocate, library, log, &library->program));
    TRY(make_kernels(library));
    library->handle = sg_handle_new(SG_LIBRARY, library);
    return library->handle ? CUDA_SUCCESS : CUDA_ERROR_OUT_OF_MEMORY;
}

/* Takes over `code`. */
static CUresult load(CUlibrary *out, struct sg_code *code, struct sg_jit *jit)
{
    struct sg_library *library = calloc(1, sizeof *library);
    CUresult result = library ? CUDA_SUCCESS : CUDA_ERROR_OUT_OF_MEMORY;
    if (library) {
        pthread_mutex_init(&library->lock, NULL);
        result = build(library, code, &jit->log);
    }
    sg_code_close(code);
    if (result && library)
        release(library);
    else if (library)
        *out = (CUlibrary)library->handle;
    return result;
}

/* The one option that says something about the code: it stays readable. It is copied anyway. */
static CUresult options_known(unsigned count, const CUlibraryOption *options)
{
    REQUIRE(!count || options, CUDA_ERROR_INVALID_VALUE);
    for (unsigned i = 0; i < count; i++)
        REQUIRE((unsigned)options[i] < CU_LIBRARY_NUM_OPTIONS, CUDA_ERROR_INVALID_VALUE);
    return CUDA_SUCCESS;
}

CUresult cuLibraryLoadData(CUlibrary *library, const void *code, CUjit_option *jitOptions, void **jitOptionsValues,
                           unsigned int numJitOptions, CUlibraryOption *libraryOptions, void **libraryOptionValues,
                           unsigned int numLibraryOptions)
{
    ENTER(cuLibraryLoadData);
    (void)libraryOptionValues;
    struct sg_jit jit;
    struct sg_code opened;
    REQUIRE(library && code, CUDA_ERROR_INVALID_VALUE);
    TRY(options_known(numLibraryOptions, libraryOptions));
    TRY(sg_jit_begin(&jit, numJitOptions, jitOptions, jitOptionsValues));
    CUresult result = sg_code_open(code, &jit, &opened);
    if (!result)
        result = load(library, &opened, &jit);
    sg_jit_end(&jit, result);
    return result;
}

CUresult cuLibraryLoadFromFile(CUlibrary *library, const char *fileName, CUjit_option *jitOptions,
                               void **jitOptionsValues, unsigned int numJitOptions, CUlibraryOption *libraryOptions,
                               void **libraryOptionValues, unsigned int numLibraryOptions)
{
    ENTER(cuLibraryLoadFromFile);
    (void)libraryOptionValues;
    struct sg_jit jit;
    struct sg_code opened;
    REQUIRE(library && fileName, CUDA_ERROR_INVALID_VALUE);
    TRY(options_known(numLibraryOptions, libraryOptions));
    TRY(sg_jit_begin(&jit, numJitOptions, jitOptions, jitOptionsValues));
    CUresult result = sg_code_open_file(fileName, &jit, &opened);
    if (!result)
        result = load(library, &opened, &jit);
    sg_jit_end(&jit, result);
    return result;
}

CUresult cuLibraryUnload(CUlibrary library)
{
    ENTER(cuLibraryUnload);
    struct sg_library *found = sg_handle_get(library, SG_LIBRARY);
    REQUIRE(found, CUDA_ERROR_INVALID_HANDLE);
    while (found->instances) {
        struct sg_module *module = found->instances->module;
        sg_sched_wait_context(module->context, false);
        sg_module_destroy(module);
    }
    release(found);
    return CUDA_SUCCESS;
}

/* ---- instances */

void sg_library_forget(struct sg_library *library, const struct sg_module *module)
{
    pthread_mutex_lock(&library->lock);
    struct instance **link = &library->instances;
    while (*link && (*link)->module != module)
        link = &(*link)->next;
    struct instance *gone = *link;
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
    struct instance *instance = malloc(sizeof *instance);
    REQUIRE(instance, CUDA_ERROR_OUT_OF_MEMORY);
    CUresult result = sg_module_create(context, library->text, library->bytes, &log, out);
    if (result) {
        free(instance);
        return result;
    }
    (*out)->library = library;
    apply_settings(library, *out);
    *instance = (struct instance){library->instances, *out};
    library->instances = instance;
    return CUDA_SUCCESS;
}

CUresult sg_library_module(struct sg_library *library, struct sg_context *context, struct sg_module **out)
{
    pthread_mutex_lock(&library->lock);
    const struct instance *instance = library->instances;
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
    for (struct instance *instance = kernel->library->instances; instance; instance = instance->next) {
        struct sg_function *function = &instance->module->functions[kernel->index];
        if (instance->module->context->device->ordinal == device && !(function->own >> attribute & 1))
            sg_function_write(function->info, &function->settings, attribute, value);
    }
    pthread_mutex_unlock(&kernel->library->lock);
}

void *sg_library_handle(const struct sg_library *library)
{
    return library->handle;
}

/* ---- what is in a library */

static CUresult find_library(CUlibrary handle, struct sg_library **out)
{
    *out = sg_handle_get(handle, SG_LIBRARY);
    return *out ? CUDA_SUCCESS : CUDA_ERROR_INVALID_HANDLE;
}

CUresult cuLibraryGetKernel(CUkernel *pKernel, CUlibrary library, const char *name)
{
    ENTER(cuLibraryGetKernel);
    struct sg_library *found;
    REQUIRE(pKernel && name, CUDA_ERROR_INVALID_VALUE);
    TRY(find_library(library, &found));
    for (uint32_t i = 0; i < found->kernel_count; i++) {
        if (strcmp(found->kernels[i].info->name, name) == 0) {
            *pKernel = (CUkernel)found->kernels[i].handle;
            return CUDA_SUCCESS;
        }
    }
    return CUDA_ERROR_NOT_FOUND;
}

CUresult cuLibraryGetKernelCount(unsigned int *count, CUlibrary lib)
{
    ENTER(cuLibraryGetKernelCount);
    struct sg_library *found;
    REQUIRE(count, CUDA_ERROR_INVALID_VALUE);
    TRY(find_library(lib, &found));
    *count = found->kernel_count;
    return CUDA_SUCCESS;
}

CUresult cuLibraryEnumerateKernels(CUkernel *kernels, unsigned int numKernels, CUlibrary lib)
{
    ENTER(cuLibraryEnumerateKernels);
    struct sg_library *found;
    REQUIRE(kernels, CUDA_ERROR_INVALID_VALUE);
    TRY(find_library(lib, &found));
    for (unsigned i = 0; i < numKernels && i < found->kernel_count; i++)
        kernels[i] = (CUkernel)found->kernels[i].handle;
    return CUDA_SUCCESS;
}

CUresult cuLibraryGetModule(CUmodule *pMod, CUlibrary library)
{
    ENTER(cuLibraryGetModule);
    struct sg_library *found;
    struct sg_context *context;
    struct sg_module *module;
    REQUIRE(pMod, CUDA_ERROR_INVALID_VALUE);
    TRY(find_library(library, &found));
    TRY(sg_context_current(&context));
    TRY(sg_library_module(found, context, &module));
    *pMod = (CUmodule)module->handle;
    return CUDA_SUCCESS;
}

CUresult cuLibraryGetGlobal(CUdeviceptr *dptr, size_t *bytes, CUlibrary library, const char *name)
{
    ENTER(cuLibraryGetGlobal);
    struct sg_library *found;
    struct sg_context *context;
    struct sg_module *module;
    uint64_t address, size;
    REQUIRE((dptr || bytes) && name, CUDA_ERROR_INVALID_VALUE);
    TRY(find_library(library, &found));
    TRY(sg_context_current(&context));
    TRY(sg_library_module(found, context, &module));
    REQUIRE(sg_program_global(module->program, name, &address, &size), CUDA_ERROR_NOT_FOUND);
    if (dptr)
        *dptr = address;
    if (bytes)
        *bytes = size;
    return CUDA_SUCCESS;
}

/* Managed variables are not implemented: one that exists is refused by name, not given an address that the host
 * cannot use. */
CUresult cuLibraryGetManaged(CUdeviceptr *dptr, size_t *bytes, CUlibrary library, const char *name)
{
    ENTER(cuLibraryGetManaged);
    struct sg_library *found;
    uint64_t address, size;
    REQUIRE((dptr || bytes) && name, CUDA_ERROR_INVALID_VALUE);
    TRY(find_library(library, &found));
    return sg_program_global(found->program, name, &address, &size) ? CUDA_ERROR_NOT_SUPPORTED : CUDA_ERROR_NOT_FOUND;
}
