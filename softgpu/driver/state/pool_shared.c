/* Pools that processes share. */
#include "pool_shared.h"

#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../../host/registry.h"
#include "../../memory/opened.h"
#include "context.h"

static const char MAGIC[8] = "sgpool\1";

struct label {
    char magic[sizeof MAGIC];
    CUuuid device;
    struct sg_pool_origin origin;
};

_Static_assert(sizeof(((struct sg_exported_handle *)0)->spare) >= sizeof(uint64_t), "room for which pool it is");

/* No pool is ever freed, so its place says which one it is. */
static struct sg_pool_origin origin_of(const struct sg_pool *pool)
{
    uint64_t stack;
    return (struct sg_pool_origin){sg_process_owner(getpid(), &stack), (uint64_t)(uintptr_t)pool};
}

CUresult sg_pool_shared_export(const struct sg_pool *pool, int *descriptor)
{
    struct label label = {.device = pool->device->uuid, .origin = origin_of(pool)};
    memcpy(label.magic, MAGIC, sizeof MAGIC);
    int file = memfd_create("softgpu-pool", MFD_CLOEXEC);
    REQUIRE(file >= 0, CUDA_ERROR_OUT_OF_MEMORY);
    if (write(file, &label, sizeof label) != sizeof label) {
        close(file);
        return CUDA_ERROR_OUT_OF_MEMORY;
    }
    *descriptor = file;
    return CUDA_SUCCESS;
}

static struct sg_device *device_of(const CUuuid *uuid)
{
    for (int i = 0; i < sg_device_count(); i++)
        if (memcmp(&sg_device_at(i)->uuid, uuid, sizeof *uuid) == 0)
            return sg_device_at(i);
    return NULL;
}

static bool read_label(int file, struct label *label)
{
    struct stat stat;
    return !fstat(file, &stat) && stat.st_size == sizeof *label &&
           pread(file, label, sizeof *label, 0) == sizeof *label && memcmp(label->magic, MAGIC, sizeof MAGIC) == 0;
}

CUresult sg_pool_shared_import(int descriptor, struct sg_pool **out)
{
    struct label label;
    REQUIRE(read_label(descriptor, &label), CUDA_ERROR_INVALID_VALUE);
    struct sg_device *device = device_of(&label.device);
    REQUIRE(device, CUDA_ERROR_NOT_SUPPORTED);
    const CUmemPoolProps made = {.allocType = CU_MEM_ALLOCATION_TYPE_PINNED,
                                 .handleTypes = CU_MEM_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR,
                                 .location = {CU_MEM_LOCATION_TYPE_DEVICE, device->ordinal}};
    TRY(sg_pool_create(device, &made, out));
    (*out)->origin = label.origin;
    return CUDA_SUCCESS;
}

/* ---- allocations */

static CUresult export(CUdeviceptr address, const struct sg_device *device, struct sg_exported_handle *out)
{
    if (sg_exported_find(address, out))
        return CUDA_SUCCESS;
    sg_workers_hold();
    int result = sg_exported_make(address, (const unsigned char *)device->uuid.bytes, out);
    sg_workers_release();
    return (CUresult)result;
}

CUresult sg_pool_shared_export_pointer(CUdeviceptr address, struct sg_exported_handle *out)
{
    struct sg_extent extent;
    REQUIRE(sg_memory_find(address, &extent) && extent.begin == address, CUDA_ERROR_INVALID_VALUE);
    REQUIRE(extent.kind == SG_MEMORY_DEVICE && extent.tag == SG_TAG_POOL, CUDA_ERROR_INVALID_VALUE);
    const struct sg_pool *pool = extent.owner;
    REQUIRE(pool->made.handleTypes == CU_MEM_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR, CUDA_ERROR_INVALID_VALUE);
    struct sg_pool_origin origin = origin_of(pool);
    TRY(export(address, pool->device, out));
    memcpy(out->spare, &origin.number, sizeof origin.number);
    return CUDA_SUCCESS;
}

static bool choose(const unsigned char uuid[SG_EXPORTED_UUID], struct sg_opened_place *place)
{
    const struct sg_pool *pool = place->owner;
    place->memory = pool->device->memory;
    return memcmp(pool->device->uuid.bytes, uuid, SG_EXPORTED_UUID) == 0;
}

CUresult sg_pool_shared_import_pointer(const struct sg_pool *pool, const struct sg_exported_handle *handle,
                                       CUdeviceptr *out)
{
    struct sg_opened_place place = {.owner = pool, .tag = SG_TAG_IMPORTED, .apart = true};
    uint64_t number, address;
    memcpy(&number, handle->spare, sizeof number);
    REQUIRE(pool->origin.process && handle->process == pool->origin.process && number == pool->origin.number,
            CUDA_ERROR_INVALID_VALUE);
    TRY((CUresult)sg_opened_open(handle, choose, &place, &address));
    *out = address;
    return CUDA_SUCCESS;
}
