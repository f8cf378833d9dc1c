/* Which devices there are, and what they are called. */
#include <stdio.h>
#include <string.h>

#include "../host/identity.h"
#include "nvml.h"

#define SAME_DEVICE(n) {n}, {(n) + 1}, {(n) + 2}, {(n) + 3}, {(n) + 4}, {(n) + 5}, {(n) + 6}, {(n) + 7}
static struct nvmlDevice_st devices[SG_DEVICES_MAX] = {
    SAME_DEVICE(0),  SAME_DEVICE(8),  SAME_DEVICE(16), SAME_DEVICE(24),
    SAME_DEVICE(32), SAME_DEVICE(40), SAME_DEVICE(48), SAME_DEVICE(56),
};

bool sg_devices_known(nvmlDevice_t device)
{
    /* Compared one by one: a handle may be any word, and pointers into different objects do not compare. */
    for (unsigned i = 0; i < sg_settings()->devices; i++)
        if (device == &devices[i])
            return true;
    return false;
}

struct nvmlDevice_st *sg_devices_handle(unsigned number)
{
    return &devices[number];
}

/* ---- count and handles */

nvmlReturn_t nvmlDeviceGetCount_v2(unsigned int *deviceCount)
{
    ENTER();
    REQUIRE(deviceCount, NVML_ERROR_INVALID_ARGUMENT);
    *deviceCount = sg_settings()->devices;
    return NVML_SUCCESS;
}

nvmlReturn_t nvmlDeviceGetCount(unsigned int *deviceCount)
{
    return nvmlDeviceGetCount_v2(deviceCount);
}

nvmlReturn_t nvmlDeviceGetHandleByIndex_v2(unsigned int index, nvmlDevice_t *device)
{
    ENTER();
    REQUIRE(device && index < sg_settings()->devices, NVML_ERROR_INVALID_ARGUMENT);
    *device = &devices[index];
    return NVML_SUCCESS;
}

nvmlReturn_t nvmlDeviceGetHandleByIndex(unsigned int index, nvmlDevice_t *device)
{
    return nvmlDeviceGetHandleByIndex_v2(index, device);
}

nvmlReturn_t nvmlDeviceGetHandleByUUID(const char *uuid, nvmlDevice_t *device)
{
    ENTER();
    REQUIRE(uuid && device, NVML_ERROR_INVALID_ARGUMENT);
    for (unsigned i = 0; i < sg_settings()->devices; i++) {
        char text[SG_UUID_TEXT];
        sg_identity_uuid_text(i, text);
        if (strcmp(uuid, text) == 0) {
            *device = &devices[i];
            return NVML_SUCCESS;
        }
    }
    return NVML_ERROR_NOT_FOUND;
}

static nvmlReturn_t by_uuid_bytes(const unsigned char wanted[SG_UUID_BYTES], nvmlDevice_t *device)
{
    for (unsigned i = 0; i < sg_settings()->devices; i++) {
        unsigned char uuid[SG_UUID_BYTES];
        sg_identity_uuid(i, uuid);
        if (memcmp(uuid, wanted, sizeof uuid) == 0) {
            *device = &devices[i];
            return NVML_SUCCESS;
        }
    }
    return NVML_ERROR_NOT_FOUND;
}

nvmlReturn_t nvmlDeviceGetHandleByUUIDV(const nvmlUUID_t *uuid, nvmlDevice_t *device)
{
    enum { ASCII = 1, BINARY = 2 };
    char text[sizeof uuid->value.str + 1] = "";
    ENTER();
    REQUIRE(uuid && device, NVML_ERROR_INVALID_ARGUMENT);
    REQUIRE_VERSION(uuid->version, nvmlUUID_v1_t, 1);
    if (uuid->type == BINARY)
        return by_uuid_bytes(uuid->value.bytes, device);
    REQUIRE(uuid->type == ASCII, NVML_ERROR_INVALID_ARGUMENT);
    memcpy(text, uuid->value.str, sizeof uuid->value.str);
    return nvmlDeviceGetHandleByUUID(text, device);
}

/* [domain:]bus:device[.function] */
nvmlReturn_t nvmlDeviceGetHandleByPciBusId_v2(const char *pciBusId, nvmlDevice_t *device)
{
    unsigned domain = SG_PCI_DOMAIN, bus, slot;
    ENTER();
    REQUIRE(pciBusId && device, NVML_ERROR_INVALID_ARGUMENT);
    if (sscanf(pciBusId, "%x:%x:%x", &domain, &bus, &slot) != 3) {
        domain = SG_PCI_DOMAIN;
        REQUIRE(sscanf(pciBusId, "%x:%x", &bus, &slot) == 2, NVML_ERROR_INVALID_ARGUMENT);
    }
    REQUIRE(domain == SG_PCI_DOMAIN && slot == SG_PCI_SLOT && bus >= SG_PCI_BUS_FIRST &&
                bus - SG_PCI_BUS_FIRST < sg_settings()->devices,
            NVML_ERROR_NOT_FOUND);
    *device = &devices[bus - SG_PCI_BUS_FIRST];
    return NVML_SUCCESS;
}

nvmlReturn_t nvmlDeviceGetHandleByPciBusId(const char *pciBusId, nvmlDevice_t *device)
{
    return nvmlDeviceGetHandleByPciBusId_v2(pciBusId, device);
}

/* No device has a serial number. */
nvmlReturn_t nvmlDeviceGetHandleBySerial(const char *serial, nvmlDevice_t *device)
{
    ENTER();
    REQUIRE(serial && device, NVML_ERROR_INVALID_ARGUMENT);
    return NVML_ERROR_NOT_FOUND;
}

/* ---- names and numbers */

nvmlReturn_t nvmlDeviceGetName(nvmlDevice_t device, char *name, unsigned int length)
{
    ENTER_FOR(device, name);
    return sg_text_copy(SG_DEVICE_NAME, name, length);
}

nvmlReturn_t nvmlDeviceGetUUID(nvmlDevice_t device, char *uuid, unsigned int length)
{
    char text[SG_UUID_TEXT];
    ENTER_FOR(device, uuid);
    sg_identity_uuid_text(device->number, text);
    return sg_text_copy(text, uuid, length);
}

static nvmlReturn_t number(nvmlDevice_t device, unsigned *out)
{
    ENTER_FOR(device, out);
    *out = device->number;
    return NVML_SUCCESS;
}

nvmlReturn_t nvmlDeviceGetIndex(nvmlDevice_t device, unsigned int *index)
{
    return number(device, index);
}

nvmlReturn_t nvmlDeviceGetMinorNumber(nvmlDevice_t device, unsigned int *minorNumber)
{
    return number(device, minorNumber);
}

nvmlReturn_t nvmlDeviceGetBoardId(nvmlDevice_t device, unsigned int *boardId)
{
    ENTER_FOR(device, boardId);
    *boardId = (SG_PCI_BUS_FIRST + device->number) << 8;
    return NVML_SUCCESS;
}

/* The ids of vendor and device are 0: there is no chip. */
static nvmlReturn_t pci(nvmlDevice_t device, nvmlPciInfo_t *out, bool with_bus_id)
{
    ENTER_FOR(device, out);
    unsigned bus = SG_PCI_BUS_FIRST + device->number;
    /* The first version's structure ends before busId. */
    memset(out, 0, with_bus_id ? sizeof *out : offsetof(nvmlPciInfo_t, busId));
    out->domain = SG_PCI_DOMAIN;
    out->bus = bus;
    out->device = SG_PCI_SLOT;
    snprintf(out->busIdLegacy, sizeof out->busIdLegacy, "%04X:%02X:%02X.0", SG_PCI_DOMAIN, bus & 0xff, SG_PCI_SLOT);
    if (with_bus_id)
        snprintf(out->busId, sizeof out->busId, "%08X:%02X:%02X.0", SG_PCI_DOMAIN, bus, SG_PCI_SLOT);
    return NVML_SUCCESS;
}

nvmlReturn_t nvmlDeviceGetPciInfo(nvmlDevice_t device, nvmlPciInfo_t *info)
{
    return pci(device, info, false);
}

nvmlReturn_t nvmlDeviceGetPciInfo_v2(nvmlDevice_t device, nvmlPciInfo_t *info)
{
    return pci(device, info, false);
}

nvmlReturn_t nvmlDeviceGetPciInfo_v3(nvmlDevice_t device, nvmlPciInfo_t *info)
{
    return pci(device, info, true);
}

nvmlReturn_t nvmlDeviceGetPciInfoExt(nvmlDevice_t device, nvmlPciInfoExt_t *info)
{
    ENTER_FOR(device, info);
    REQUIRE_VERSION(info->version, nvmlPciInfoExt_v1_t, 1);
    unsigned version = info->version;
    *info = (nvmlPciInfoExt_t){.version = version, .bus = SG_PCI_BUS_FIRST + device->number, .device = SG_PCI_SLOT};
    snprintf(info->busId, sizeof info->busId, "%08X:%02X:%02X.0", SG_PCI_DOMAIN, info->bus, SG_PCI_SLOT);
    return NVML_SUCCESS;
}

nvmlReturn_t nvmlDeviceIsMigDeviceHandle(nvmlDevice_t device, unsigned int *isMigDevice)
{
    ENTER_FOR(device, isMigDevice);
    *isMigDevice = 0;
    return NVML_SUCCESS;
}
