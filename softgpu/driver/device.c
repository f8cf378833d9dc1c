/* Devices and CUDA_VISIBLE_DEVICES. */
#include "device.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "context.h"
#include "pool.h"
#include "settings.h"

static struct sg_device devices[SG_DEVICES_MAX];
static int device_count;
static struct sg_memory *host_memory;

/* FNV-1a. */
static uint64_t hash(const char *bytes, size_t count)
{
    uint64_t value = 0xcbf29ce484222325;
    for (size_t i = 0; i < count; i++)
        value = (value ^ (unsigned char)bytes[i]) * 0x100000001b3;
    return value;
}

/* A number that stays the same for this machine and differs from others', so that a program that uses several
 * machines' devices sees distinct UUIDs. */
static uint64_t machine_number(void)
{
    char text[256] = "";
    ssize_t got = -1;
    int file = open("/etc/machine-id", O_RDONLY | O_CLOEXEC);
    if (file >= 0) {
        got = read(file, text, sizeof text);
        close(file);
    }
    if (got <= 0) {
        if (gethostname(text, sizeof text - 1))
            return 0;
        got = (ssize_t)strlen(text);
    }
    return hash(text, (size_t)got);
}

/* Shape of a version 8 (vendor's own) UUID: "sofgpu", machine, number. */
static CUuuid make_uuid(unsigned number)
{
    CUuuid uuid = {{'s', 'o', 'f', 't', 'g', 'p', (char)0x80, 0, (char)0x80}};
    uint64_t machine = machine_number();
    for (size_t i = 0; i < 6; i++)
        uuid.bytes[9 + i] = (char)(machine >> (8 * i));
    uuid.bytes[15] = (char)number;
    return uuid;
}

static void print_uuid(const CUuuid *uuid, char out[48])
{
    char *at = out + sprintf(out, "GPU-");
    for (size_t i = 0; i < sizeof uuid->bytes; i++) {
        at += sprintf(at, "%02x", (unsigned char)uuid->bytes[i]);
        if (i == 3 || i == 5 || i == 7 || i == 9)
            *at++ = '-';
    }
    *at = 0;
}

/* The device that one item of CUDA_VISIBLE_DEVICES names: an index or the beginning of a UUID; -1 if none. */
static int parse_item(const char *item, size_t length, unsigned available)
{
    if (length >= 4 && strncmp(item, "GPU-", 4) == 0) {
        for (unsigned i = 0; i < available; i++) {
            char text[48];
            CUuuid uuid = make_uuid(i);
            print_uuid(&uuid, text);
            if (length <= strlen(text) && strncmp(item, text, length) == 0)
                return (int)i;
        }
        return -1;
    }
    char *stop;
    long number = strtol(item, &stop, 10);
    return stop == item + length && length && number >= 0 && number < (long)available ? (int)number : -1;
}

/* Which devices to show, in order. As the native driver does, the list ends at the first item that names none. */
static int visible(unsigned available, unsigned out[SG_DEVICES_MAX])
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

static CUresult create(int ordinal, unsigned number)
{
    struct sg_device *device = &devices[ordinal];
    *device = (struct sg_device){.ordinal = ordinal, .number = number, .uuid = make_uuid(number)};
    TRY(sg_memory_create((uint32_t)ordinal, sg_settings()->memory, &device->memory));
    TRY(sg_context_create_primary(device, &device->primary));
    TRY(sg_pool_create_default(device, &device->pool_default));
    device->pool = device->pool_default;
    return CUDA_SUCCESS;
}

CUresult sg_device_create_all(void)
{
    unsigned shown[SG_DEVICES_MAX];
    int count = visible(sg_settings()->devices, shown);
    REQUIRE(count > 0, CUDA_ERROR_NO_DEVICE);
    /* More than any machine's memory: page-locking is limited by the system, not by us. */
    TRY(sg_memory_create_host((uint64_t)128 << 30, &host_memory));
    for (int i = 0; i < count; i++)
        TRY(create(i, shown[i]));
    device_count = count;
    return CUDA_SUCCESS;
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
