/* Devices and CUDA_VISIBLE_DEVICES. */
#include "device.h"

#include <stdlib.h>
#include <string.h>

#include "../../host/identity.h"
#include "../../host/settings.h"
#include "../../host/use.h"

static struct sg_device devices[SG_DEVICES_MAX];
static int device_count;
static struct sg_memory *host_memory;

static CUuuid make_uuid(unsigned number)
{
    CUuuid uuid;
    unsigned char bytes[SG_UUID_BYTES];
    sg_identity_uuid(number, bytes);
    memcpy(uuid.bytes, bytes, sizeof uuid.bytes);
    return uuid;
}

/* The device that one item of CUDA_VISIBLE_DEVICES names: an index or the beginning of a UUID that no other
 * begins with; -1 if none. */
static int parse_item(const char *item, size_t length, unsigned available)
{
    if (length >= 4 && strncmp(item, "GPU-", 4) == 0) {
        int found = -1;
        for (unsigned i = 0; i < available; i++) {
            char text[SG_UUID_TEXT];
            sg_identity_uuid_text(i, text);
            if (length > strlen(text) || strncmp(item, text, length) != 0)
                continue;
            if (found >= 0)
                return -1;
            found = (int)i;
        }
        return found;
    }
    char *stop;
    long number = strtol(item, &stop, 10);
    return stop == item + length && length && number >= 0 && number < (long)available ? (int)number : -1;
}

/* Which devices to show, in order. As the native driver does, the list ends at the first item that names none. */
int sg_device_visible(unsigned available, unsigned out[SG_DEVICES_MAX])
{
    const char *list = getenv("CUDA_VISIBLE_DEVICES");
    int count = 0;
    for (unsigned i = 0; !list && i < available; i++)
        out[count++] = i;
    for (const char *at = list; at && *at && count < SG_DEVICES_MAX;) {
        at += strspn(at, " ");
        size_t length = strcspn(at, ", ");
        int number = parse_item(at, length, available);
        for (int i = 0; i < count; i++)
            if (out[i] == (unsigned)number)
                number = -1;
        if (number < 0)
            break;
        out[count++] = (unsigned)number;
        at += length + strspn(at + length, " ,");
    }
    return count;
}

CUresult sg_device_make(int ordinal, unsigned number, struct sg_device **out)
{
    struct sg_device *device = &devices[ordinal];
    *device = (struct sg_device){.ordinal = ordinal, .number = number, .uuid = make_uuid(number)};
    device->use = sg_use_device(number);
    TRY(sg_memory_create((uint32_t)ordinal, sg_settings()->memory, &device->memory));
    sg_memory_publish(device->memory, &device->use->bytes);
    *out = device;
    return CUDA_SUCCESS;
}

CUresult sg_device_make_host_memory(uint64_t bytes)
{
    return (CUresult)sg_memory_create_host(bytes, &host_memory);
}

void sg_device_show(int count)
{
    device_count = count;
}

int sg_device_count(void)
{
    return device_count;
}

struct sg_device *sg_device_at(CUdevice ordinal)
{
    return ordinal >= 0 && ordinal < device_count ? &devices[ordinal] : NULL;
}

struct sg_memory *sg_device_host_memory(void)
{
    return host_memory;
}
