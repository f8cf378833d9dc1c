/* Memory that cannot be shared lies in one file, each at an offset that is never used again. Memory that can has a file
 * of its own, and behind it a page that says what it is: its descriptor is all that another process gets. */
#include "physical.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "handles.h"
#include "pool.h"

/* More than is ever used. */
#define FILE_BYTES ((uint64_t)1 << 62)

static const char MAGIC[8] = "softgpu\1";

struct label {
    char magic[sizeof MAGIC];
    CUuuid device;
    uint64_t bytes;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int common = -1;
static uint64_t common_used, last_id;

void sg_physical_lock(void)
{
    pthread_mutex_lock(&lock);
}

void sg_physical_unlock(void)
{
    pthread_mutex_unlock(&lock);
}

struct sg_physical *sg_physical_find(CUmemGenericAllocationHandle handle)
{
    struct sg_physical *physical = sg_handles_get((void *)(uintptr_t)handle, SG_PHYSICAL);
    return physical && physical->references ? physical : NULL;
}

static int make_file(uint64_t bytes)
{
    int file = memfd_create("softgpu", MFD_CLOEXEC);
    if (file >= 0 && ftruncate(file, (off_t)bytes)) {
        close(file);
        return -1;
    }
    return file;
}

static bool take_common(struct sg_physical *physical)
{
    if (common < 0)
        common = make_file(FILE_BYTES);
    physical->backing.file = common;
    physical->backing.offset = common_used;
    common_used += physical->bytes;
    return common >= 0;
}

static bool take_own(struct sg_physical *physical)
{
    struct label label = {.device = physical->device->uuid, .bytes = physical->bytes};
    memcpy(label.magic, MAGIC, sizeof MAGIC);
    physical->backing.file = make_file(physical->bytes + sizeof label);
    return physical->backing.file >= 0 &&
           pwrite(physical->backing.file, &label, sizeof label, (off_t)physical->bytes) == sizeof label;
}

static void give_file(const struct sg_physical *physical)
{
    if (physical->shareable && physical->backing.file >= 0)
        close(physical->backing.file);
    else if (!physical->shareable && physical->backing.file >= 0)
        (void)fallocate(physical->backing.file, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
                        (off_t)physical->backing.offset, (off_t)physical->bytes);
}

static CUresult enter(struct sg_physical *physical)
{
    physical->backing.memory = physical->device->memory;
    physical->backing.owner = physical;
    physical->references = 1;
    physical->id = ++last_id;
    physical->handle = sg_handles_new(SG_PHYSICAL, physical);
    return physical->handle ? CUDA_SUCCESS : CUDA_ERROR_OUT_OF_MEMORY;
}

CUresult sg_physical_create(const CUmemAllocationProp *properties, uint64_t bytes, struct sg_physical **out)
{
    struct sg_device *device = sg_device_at(properties->location.id);
    TRY(sg_pool_charge_outside(device, bytes));
    struct sg_physical *physical = calloc(1, sizeof *physical);
    if (physical) {
        *physical =
            (struct sg_physical){.device = device, .bytes = bytes, .properties = *properties, .backing.file = -1};
        physical->shareable = properties->requestedHandleTypes != CU_MEM_HANDLE_TYPE_NONE;
        if ((physical->shareable ? take_own(physical) : take_common(physical)) && !enter(physical)) {
            *out = physical;
            return CUDA_SUCCESS;
        }
        give_file(physical);
    }
    free(physical);
    sg_memory_discharge(device->memory, bytes);
    return CUDA_ERROR_OUT_OF_MEMORY;
}

static void end_unused(struct sg_physical *physical)
{
    if (physical->references || physical->mappings)
        return;
    sg_handles_drop(physical->handle);
    give_file(physical);
    if (!physical->imported)
        sg_memory_discharge(physical->device->memory, physical->bytes);
    free(physical);
}

void sg_physical_release(struct sg_physical *physical)
{
    physical->references--;
    end_unused(physical);
}

void sg_physical_unmapped(struct sg_physical *physical)
{
    physical->mappings--;
    end_unused(physical);
}

CUmemAccess_flags sg_physical_access(const struct sg_extent *mapping, uint32_t device)
{
    if (mapping->writers >> device & 1)
        return CU_MEM_ACCESS_FLAGS_PROT_READWRITE;
    return mapping->readers >> device & 1 ? CU_MEM_ACCESS_FLAGS_PROT_READ : CU_MEM_ACCESS_FLAGS_PROT_NONE;
}

CUresult sg_physical_export(const struct sg_physical *physical, int *descriptor)
{
    int made = fcntl(physical->backing.file, F_DUPFD_CLOEXEC, 0);
    REQUIRE(made >= 0, CUDA_ERROR_OUT_OF_MEMORY);
    *descriptor = made;
    return CUDA_SUCCESS;
}

static struct sg_device *device_of(const struct label *label)
{
    for (int i = 0; i < sg_device_count(); i++)
        if (memcmp(&sg_device_at(i)->uuid, &label->device, sizeof label->device) == 0)
            return sg_device_at(i);
    return NULL;
}

static bool read_label(int file, struct label *label)
{
    struct stat stat;
    return !fstat(file, &stat) && stat.st_size > (off_t)sizeof *label &&
           pread(file, label, sizeof *label, stat.st_size - (off_t)sizeof *label) == sizeof *label &&
           memcmp(label->magic, MAGIC, sizeof MAGIC) == 0 && label->bytes == (uint64_t)stat.st_size - sizeof *label;
}

CUresult sg_physical_import(int descriptor, struct sg_physical **out)
{
    struct label label;
    REQUIRE(read_label(descriptor, &label), CUDA_ERROR_INVALID_VALUE);
    struct sg_device *device = device_of(&label);
    REQUIRE(device, CUDA_ERROR_NOT_SUPPORTED);
    struct sg_physical *physical = calloc(1, sizeof *physical);
    REQUIRE(physical, CUDA_ERROR_OUT_OF_MEMORY);
    *physical = (struct sg_physical){.device = device, .bytes = label.bytes, .shareable = true, .imported = true};
    physical->properties.type = CU_MEM_ALLOCATION_TYPE_PINNED;
    physical->properties.requestedHandleTypes = CU_MEM_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR;
    physical->properties.location = (CUmemLocation){.type = CU_MEM_LOCATION_TYPE_DEVICE, .id = device->ordinal};
    physical->backing.file = fcntl(descriptor, F_DUPFD_CLOEXEC, 0);
    if (physical->backing.file >= 0 && !enter(physical)) {
        *out = physical;
        return CUDA_SUCCESS;
    }
    give_file(physical);
    free(physical);
    return CUDA_ERROR_OUT_OF_MEMORY;
}
