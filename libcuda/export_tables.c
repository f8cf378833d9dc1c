/* Private export tables: arrays of 8-byte words, word 0 the size of the array in bytes, "slot n" the word n.
 *
 * Which tables and slots exist was learned from what cudart 11.8 to 13.5, cuBLAS and cuFFT ask for and call. A slot
 * that nothing was seen to call answers CUDA_ERROR_NOT_SUPPORTED. The tables are static: their addresses enter
 * cudart's self-test. */
#include "export_tables.h"

#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "driver.h"
#include "registered.h"
#include "selftest.h"
#include "storage.h"

typedef void slot_fn(void);
union word {
    uint64_t number;
    slot_fn *function;
};

enum {
    CUDART_WORDS = 13,
    HOOKS_WORDS = 7,
    TLS_WORDS = 4,
    STORAGE_WORDS = 4,
    CHECKS_WORDS = 4,
    VALIDITY_WORDS = 3,
    CONTEXT_WORDS = 95,
    GEMM_WORDS = 16,
    MODULE_WORDS = 88,
};

static union word cudart_table[CUDART_WORDS];
static union word hooks_table[HOOKS_WORDS];
static union word tls_table[TLS_WORDS];
static union word storage_table[STORAGE_WORDS];
static union word checks_table[CHECKS_WORDS];
static union word validity_table[VALIDITY_WORDS];
static union word context_table[CONTEXT_WORDS];
static union word gemm_table[GEMM_WORDS];
static union word module_table[MODULE_WORDS];

static CUresult refuse(void)
{
    return CUDA_ERROR_NOT_SUPPORTED;
}

static CUresult accept(void)
{
    return CUDA_SUCCESS;
}

/* ---- the runtime's interface: primary contexts, and modules from registered fatbins (cudart 11.8) */

static CUresult cudart_primary(CUcontext *out, CUdevice device)
{
    return lc_driver.primary_context(out, device);
}

static CUresult cudart_load(CUmodule *out, const void *wrapper)
{
    CUmodule module;
    CUresult result = lc_driver.module_load(&module, wrapper);
    if (result)
        return result;
    result = lc_registered_add(wrapper, module);
    if (result) {
        lc_driver.module_unload(module);
        return result;
    }
    *out = module;
    return CUDA_SUCCESS;
}

static CUresult cudart_load_wrapper(CUmodule *out, const void *wrapper, void *a, void *b, unsigned int c)
{
    (void)a, (void)b, (void)c;
    return cudart_load(out, wrapper);
}

static CUresult cudart_load_fatbin(const void *fatbin, CUmodule *out, void *a, void *b, unsigned int c)
{
    (void)a, (void)b, (void)c;
    return cudart_load(out, fatbin);
}

/* The context of a module may be gone already: that unload fails, and there is nobody to tell. */
static void cudart_unregister(const void *wrapper)
{
    for (CUmodule module = lc_registered_take(wrapper); module; module = lc_registered_take(wrapper))
        lc_driver.module_unload(module);
}

/* ---- tool hooks: which runtime calls have a callback enabled. All zero: none. */

static void hooks_enabled(uint32_t **flags, size_t *count)
{
    static uint32_t none[1024];
    *flags = none;
    *count = sizeof none / sizeof none[0];
}

static void hooks_state(void **state, size_t *count)
{
    static uint64_t zero[64];
    *state = zero;
    *count = 14;
}

/* ---- contexts */

static CUresult tls_current(CUcontext *out)
{
    return lc_driver.current_context(out);
}

static CUresult checks_context(CUcontext context, uint32_t *flag, const void **reserved)
{
    (void)context, (void)reserved;
    *flag = 0;
    return CUDA_SUCCESS;
}

static uint32_t checks_mode(void)
{
    return 0;
}

static CUresult context_id(CUcontext context, unsigned long long *id)
{
    return lc_driver.context_id(context, id);
}

/* cuBLAS resolves a stream and takes an id of what it gets as the key of a cache: the handle itself will do, with
 * the two default streams told apart from "none". */
static CUresult resolve_stream(CUcontext context, CUstream stream, CUstream *out, int per_thread)
{
    unsigned long long id;
    (void)context;
    if (!stream)
        stream = per_thread ? CU_STREAM_PER_THREAD : CU_STREAM_LEGACY;
    CUresult result = lc_driver.stream_id(stream, &id);
    if (!result)
        *out = stream;
    return result;
}

static CUresult stream_id(CUcontext context, CUstream stream, unsigned long long *id)
{
    (void)context;
    return lc_driver.stream_id(stream, id);
}

/* ---- context local storage: a NULL context means the thread's current one */

static CUresult resolve(CUcontext *context)
{
    if (*context)
        return CUDA_SUCCESS;
    CUresult result = lc_driver.current_context(context);
    return result ? result : *context ? CUDA_SUCCESS : CUDA_ERROR_INVALID_CONTEXT;
}

static CUresult storage_put(CUcontext context, void *key, void *value, lc_storage_dtor *dtor)
{
    CUresult result = resolve(&context);
    return result ? result : lc_storage_put(context, key, value, dtor);
}

static CUresult storage_del(CUcontext context, void *key)
{
    CUresult result = resolve(&context);
    return result ? result : lc_storage_del(context, key);
}

static CUresult storage_get(void **value, CUcontext context, void *key)
{
    CUresult result = resolve(&context);
    return result ? result : lc_storage_get(value, context, key);
}

/* ---- the self-test */

static CUresult device_facts(CUdevice device, struct lc_selftest_device *out)
{
    CUuuid uuid;
    int domain, bus, slot;
    CUresult result = lc_driver.device_uuid(&uuid, device);
    if (!result)
        result = lc_driver.device_attribute(&domain, CU_DEVICE_ATTRIBUTE_PCI_DOMAIN_ID, device);
    if (!result)
        result = lc_driver.device_attribute(&bus, CU_DEVICE_ATTRIBUTE_PCI_BUS_ID, device);
    if (!result)
        result = lc_driver.device_attribute(&slot, CU_DEVICE_ATTRIBUTE_PCI_DEVICE_ID, device);
    if (result)
        return result;
    memcpy(out->uuid, uuid.bytes, sizeof out->uuid);
    out->pci_domain = domain;
    out->pci_bus = bus;
    out->pci_device = slot;
    return CUDA_SUCCESS;
}

/* All visible devices; the caller frees *out. */
static CUresult all_device_facts(struct lc_selftest_device **out, int *count)
{
    CUresult result = lc_driver.device_count(count);
    if (result)
        return result;
    struct lc_selftest_device *devices = calloc((size_t)*count + 1, sizeof *devices);
    if (!devices)
        return CUDA_ERROR_OUT_OF_MEMORY;
    for (int i = 0; i < *count && !result; i++)
        result = device_facts(i, &devices[i]);
    if (result)
        free(devices);
    else
        *out = devices;
    return result;
}

static CUresult validity_answer(uint32_t version, uint64_t unix_seconds, uint8_t out[16])
{
    struct lc_selftest_device *devices;
    int driver_version, count;
    CUresult result = lc_driver.driver_version(&driver_version);
    if (!result)
        result = all_device_facts(&devices, &count);
    if (result)
        return result;
    struct lc_selftest facts = {
        .driver_version = (uint32_t)driver_version,
        .version = version,
        .process = (uint32_t)getpid(),
        .thread = (uint32_t)pthread_self(),
        .table_cudart = (uint64_t)(uintptr_t)cudart_table,
        .table_check = (uint64_t)(uintptr_t)validity_table,
        .function = validity_table[1].number,
        .unix_seconds = unix_seconds,
        .devices = devices,
        .device_count = (size_t)count,
    };
    lc_selftest_answer(&facts, out);
    free(devices);
    return CUDA_SUCCESS;
}

/* ---- modules: the kernels of one, for cuFFT, which takes 1 for success */

static int module_kernels(CUcontext context, CUmodule module, void (*each)(void *user, CUfunction function), void *user)
{
    (void)context;
    unsigned int count;
    if (lc_driver.module_function_count(&count, module))
        return 0;
    CUfunction *functions = calloc((size_t)count + 1, sizeof *functions);
    if (!functions)
        return 0;
    int listed = lc_driver.module_functions(functions, count, module) == CUDA_SUCCESS;
    for (unsigned int i = 0; listed && i < count; i++)
        each(user, functions[i]);
    free(functions);
    return listed;
}

/* ---- the tables */

struct slot {
    union word *table;
    unsigned number;
    slot_fn *function;
};

#define F(function) ((slot_fn *)(function))
static const struct slot slots[] = {
    {cudart_table, 1, F(cudart_load)},
    {cudart_table, 2, F(cudart_primary)},
    {cudart_table, 6, F(cudart_load_wrapper)},
    {cudart_table, 7, F(cudart_unregister)},
    {cudart_table, 8, F(cudart_load_fatbin)},
    {cudart_table, 12, F(accept)},
    {hooks_table, 2, F(hooks_enabled)},
    {hooks_table, 6, F(hooks_state)},
    {tls_table, 2, F(tls_current)},
    {storage_table, 0, F(storage_put)},
    {storage_table, 1, F(storage_del)},
    {storage_table, 2, F(storage_get)},
    {checks_table, 2, F(checks_context)},
    {checks_table, 3, F(checks_mode)},
    {validity_table, 1, F(validity_answer)},
    {context_table, 4, F(context_id)},
    {context_table, 39, F(stream_id)},
    {context_table, 51, F(resolve_stream)},
    {module_table, 7, F(module_kernels)},
};

struct table {
    unsigned char id[16];
    union word *words;
    size_t count;
};

static const struct table tables[] = {
    {{0x6b, 0xd5, 0xfb, 0x6c, 0x5b, 0xf4, 0xe7, 0x4a, 0x89, 0x87, 0xd9, 0x39, 0x12, 0xfd, 0x9d, 0xf9},
     cudart_table,
     CUDART_WORDS},
    {{0xa0, 0x94, 0x79, 0x8c, 0x2e, 0x74, 0x2e, 0x74, 0x93, 0xf2, 0x08, 0x00, 0x20, 0x0c, 0x0a, 0x66},
     hooks_table,
     HOOKS_WORDS},
    {{0x42, 0xd8, 0x5a, 0x81, 0x23, 0xf6, 0xcb, 0x47, 0x82, 0x98, 0xf6, 0xe7, 0x8a, 0x3a, 0xec, 0xdc},
     tls_table,
     TLS_WORDS},
    {{0xc6, 0x93, 0x33, 0x6e, 0x11, 0x21, 0xdf, 0x11, 0xa8, 0xc3, 0x68, 0xf3, 0x55, 0xd8, 0x95, 0x93},
     storage_table,
     STORAGE_WORDS},
    {{0x26, 0x3e, 0x88, 0x60, 0x7c, 0xd2, 0x61, 0x43, 0x92, 0xf6, 0xbb, 0xd5, 0x00, 0x6d, 0xfa, 0x7e},
     checks_table,
     CHECKS_WORDS},
    {{0xd4, 0x08, 0x20, 0x55, 0xbd, 0xe6, 0x70, 0x4b, 0x8d, 0x34, 0xba, 0x12, 0x3c, 0x66, 0xe1, 0xf2},
     validity_table,
     VALIDITY_WORDS},
    {{0x21, 0x31, 0x8c, 0x60, 0x97, 0x14, 0x32, 0x48, 0x8c, 0xa6, 0x41, 0xff, 0x73, 0x24, 0xc8, 0xf2},
     context_table,
     CONTEXT_WORDS},
    {{0x17, 0x34, 0xdc, 0x26, 0x80, 0x0d, 0x47, 0x45, 0x87, 0x26, 0xc0, 0xf1, 0xe7, 0xdd, 0x8b, 0xca},
     gemm_table,
     GEMM_WORDS},
    {{0x6e, 0x16, 0x3f, 0xbe, 0xb9, 0x58, 0x44, 0x4d, 0x83, 0x5c, 0xe1, 0x82, 0xaf, 0xf1, 0x99, 0x1e},
     module_table,
     MODULE_WORDS},
};

static void fill(void)
{
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
        union word *words = tables[i].words;
        words[0].number = tables[i].count * sizeof *words;
        for (size_t n = 1; n < tables[i].count; n++)
            words[n].function = F(refuse);
    }
    /* This one has no size word; a zero word ends it. */
    storage_table[STORAGE_WORDS - 1].number = 0;
    for (size_t i = 0; i < sizeof slots / sizeof slots[0]; i++)
        slots[i].table[slots[i].number].function = slots[i].function;
}

CUresult lc_export_tables_get(const void **table, const CUuuid *id)
{
    static pthread_once_t filled = PTHREAD_ONCE_INIT;
    if (!table || !id)
        return CUDA_ERROR_INVALID_VALUE;
    pthread_once(&filled, fill);
    *table = NULL;
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++)
        if (memcmp(tables[i].id, id->bytes, sizeof tables[i].id) == 0)
            *table = tables[i].words;
    return *table ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
}
