/* Devices: how many, which is which, what they are called. From the snapshots; nothing here waits for a server but
 * serials and the numbers of PCI devices. */
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "../../libnvml/generated/nvml_api.h"
#include "../wire/identity.h"
#include "call.h"

/* CUdevice_attribute */
enum { COMPUTE_CAPABILITY_MAJOR = 75, COMPUTE_CAPABILITY_MINOR = 76 };

static nvmlReturn_t enter(nvmlDevice_t handle, const void *out, const struct bf_nvml_device **device)
{
    nvmlReturn_t result = bf_nvml_client_enter();
    if (result)
        return result;
    *device = bf_nvml_client_device(handle);
    if (*device && out)
        return NVML_SUCCESS;
    bf_nvml_client_leave();
    return NVML_ERROR_INVALID_ARGUMENT;
}

static nvmlReturn_t copy_text(const char *text, char *out, unsigned length)
{
    if (strlen(text) >= length)
        return NVML_ERROR_INSUFFICIENT_SIZE;
    memcpy(out, text, strlen(text) + 1);
    return NVML_SUCCESS;
}

static nvmlReturn_t write_count(unsigned *out, bool devices)
{
    nvmlReturn_t result = bf_nvml_client_enter();
    if (result)
        return result;
    if (out)
        *out = devices ? bf_nvml_client_device_count() : 0;
    bf_nvml_client_leave();
    return out ? NVML_SUCCESS : NVML_ERROR_INVALID_ARGUMENT;
}

nvmlReturn_t nvmlDeviceGetCount_v2(unsigned int *deviceCount)
{
    return write_count(deviceCount, true);
}

nvmlReturn_t nvmlDeviceGetCount(unsigned int *deviceCount)
{
    return write_count(deviceCount, true);
}

nvmlReturn_t nvmlUnitGetCount(unsigned int *unitCount)
{
    return write_count(unitCount, false);
}

nvmlReturn_t nvmlGetExcludedDeviceCount(unsigned int *deviceCount)
{
    return write_count(deviceCount, false);
}

nvmlReturn_t nvmlGetBlacklistDeviceCount(unsigned int *deviceCount)
{
    return write_count(deviceCount, false);
}

nvmlReturn_t nvmlDeviceGetHandleByIndex_v2(unsigned int index, nvmlDevice_t *device)
{
    nvmlReturn_t result = bf_nvml_client_enter();
    if (result)
        return result;
    bool good = device && index < bf_nvml_client_device_count();
    if (good)
        *device = bf_nvml_client_handle(index);
    bf_nvml_client_leave();
    return good ? NVML_SUCCESS : NVML_ERROR_INVALID_ARGUMENT;
}

nvmlReturn_t nvmlDeviceGetHandleByIndex(unsigned int index, nvmlDevice_t *device)
{
    return nvmlDeviceGetHandleByIndex_v2(index, device);
}

static bool has_uuid(const struct bf_nvml_device *device, const void *uuid)
{
    char text[BF_UUID_TEXT_BYTES];
    bf_identity_uuid_text(device->facts->uuid, text);
    return strcasecmp(text, uuid) == 0;
}

static bool has_uuid_bytes(const struct bf_nvml_device *device, const void *uuid)
{
    return memcmp(device->facts->uuid, uuid, sizeof device->facts->uuid) == 0;
}

static bool has_bus_id(const struct bf_nvml_device *device, const void *wanted)
{
    struct bf_bus_id id;
    return bf_identity_parse_bus_id(device->facts->pci_bus_id, &id) && bf_identity_same_place(&id, wanted);
}

/* A server without NVML knows no serials. */
static bool has_serial(const struct bf_nvml_device *device, const void *serial)
{
    char own[64] = "";
    nvmlDevice_t handle = bf_nvml_client_handle(bf_nvml_client_index(device));
    const union bf_nvml_arg args[] = {{.p = handle}, {.p = own}, {.u = sizeof own}};
    return !bf_nvml_call_on(NULL, &bf_nvml_functions[BF_nvmlDeviceGetSerial], args) && strcmp(own, serial) == 0;
}

static nvmlReturn_t find_by(bool (*has)(const struct bf_nvml_device *, const void *), const void *wanted,
                            nvmlDevice_t *device)
{
    nvmlReturn_t result = bf_nvml_client_enter();
    if (result)
        return result;
    result = wanted && device ? NVML_ERROR_NOT_FOUND : NVML_ERROR_INVALID_ARGUMENT;
    for (unsigned i = 0; result == NVML_ERROR_NOT_FOUND && i < bf_nvml_client_device_count(); i++) {
        nvmlDevice_t handle = bf_nvml_client_handle(i);
        if (has(bf_nvml_client_device(handle), wanted)) {
            *device = handle;
            result = NVML_SUCCESS;
        }
    }
    bf_nvml_client_leave();
    return result;
}

nvmlReturn_t nvmlDeviceGetHandleByUUID(const char *uuid, nvmlDevice_t *device)
{
    return find_by(has_uuid, uuid, device);
}

nvmlReturn_t nvmlDeviceGetHandleByUUIDV(const nvmlUUID_t *uuid, nvmlDevice_t *device)
{
    enum { TEXT = 1, BYTES = 2 };
    if (!uuid)
        return find_by(has_uuid, NULL, device);
    if (uuid->version != (sizeof *uuid | 1u << 24))
        return NVML_ERROR_ARGUMENT_VERSION_MISMATCH;
    if (uuid->type == BYTES)
        return find_by(has_uuid_bytes, uuid->value.bytes, device);
    bool ends = uuid->type == TEXT && memchr(uuid->value.str, 0, sizeof uuid->value.str);
    return ends ? find_by(has_uuid, uuid->value.str, device) : NVML_ERROR_INVALID_ARGUMENT;
}

nvmlReturn_t nvmlDeviceGetHandleByPciBusId_v2(const char *pciBusId, nvmlDevice_t *device)
{
    struct bf_bus_id wanted;
    return find_by(has_bus_id, pciBusId && bf_identity_parse_bus_id(pciBusId, &wanted) ? &wanted : NULL, device);
}

nvmlReturn_t nvmlDeviceGetHandleByPciBusId(const char *pciBusId, nvmlDevice_t *device)
{
    return nvmlDeviceGetHandleByPciBusId_v2(pciBusId, device);
}

nvmlReturn_t nvmlDeviceGetHandleBySerial(const char *serial, nvmlDevice_t *device)
{
    return find_by(has_serial, serial, device);
}

nvmlReturn_t nvmlDeviceGetIndex(nvmlDevice_t device, unsigned int *index)
{
    const struct bf_nvml_device *found;
    nvmlReturn_t result = enter(device, index, &found);
    if (result)
        return result;
    *index = bf_nvml_client_index(found);
    bf_nvml_client_leave();
    return NVML_SUCCESS;
}

/* There is no device file: the number that a GPU of this host would have at this place. */
nvmlReturn_t nvmlDeviceGetMinorNumber(nvmlDevice_t device, unsigned int *minorNumber)
{
    return nvmlDeviceGetIndex(device, minorNumber);
}

nvmlReturn_t nvmlDeviceGetName(nvmlDevice_t device, char *name, unsigned int length)
{
    const struct bf_nvml_device *found;
    nvmlReturn_t result = enter(device, name, &found);
    if (result)
        return result;
    result = copy_text(found->facts->name, name, length);
    bf_nvml_client_leave();
    return result;
}

nvmlReturn_t nvmlDeviceGetUUID(nvmlDevice_t device, char *uuid, unsigned int length)
{
    const struct bf_nvml_device *found;
    char text[BF_UUID_TEXT_BYTES];
    nvmlReturn_t result = enter(device, uuid, &found);
    if (result)
        return result;
    bf_identity_uuid_text(found->facts->uuid, text);
    bf_nvml_client_leave();
    return copy_text(text, uuid, length);
}

nvmlReturn_t nvmlDeviceGetCudaComputeCapability(nvmlDevice_t device, int *major, int *minor)
{
    const struct bf_nvml_device *found;
    nvmlReturn_t result = enter(device, minor ? major : NULL, &found);
    if (result)
        return result;
    *major = found->facts->attributes[COMPUTE_CAPABILITY_MAJOR];
    *minor = found->facts->attributes[COMPUTE_CAPABILITY_MINOR];
    bf_nvml_client_leave();
    return NVML_SUCCESS;
}

/* A part of a GPU that a server gives away is a whole device to its clients. */
nvmlReturn_t nvmlDeviceIsMigDeviceHandle(nvmlDevice_t device, unsigned int *isMigDevice)
{
    const struct bf_nvml_device *found;
    nvmlReturn_t result = enter(device, isMigDevice, &found);
    if (result)
        return result;
    *isMigDevice = 0;
    bf_nvml_client_leave();
    return NVML_SUCCESS;
}

/* The numbers of vendor and product are the server's to tell, and zero if it has no NVML; the place is the client's. */
static nvmlReturn_t pci_info(nvmlDevice_t handle, nvmlPciInfo_t *out)
{
    const struct bf_nvml_device *device;
    struct bf_bus_id id = {0};
    nvmlPciInfo_t info = {.domain = 0};
    nvmlReturn_t result = enter(handle, out, &device);
    if (result)
        return result;
    const union bf_nvml_arg args[] = {{.p = handle}, {.p = &info}};
    result = bf_nvml_call_on(NULL, &bf_nvml_functions[BF_nvmlDeviceGetPciInfo_v3], args);
    if (result == NVML_ERROR_NOT_SUPPORTED || result == NVML_ERROR_FUNCTION_NOT_FOUND)
        result = NVML_SUCCESS;
    bf_identity_parse_bus_id(device->facts->pci_bus_id, &id);
    bf_nvml_client_leave();
    if (result)
        return result;
    info.domain = id.domain;
    info.bus = id.bus;
    info.device = id.device;
    snprintf(info.busIdLegacy, sizeof info.busIdLegacy, "%04X:%02X:%02X.%X", id.domain & 0xffff, id.bus & 0xff,
             id.device & 0xff, id.function & 0xf);
    snprintf(info.busId, sizeof info.busId, "%08X:%02X:%02X.%X", id.domain, id.bus & 0xff, id.device & 0xff,
             id.function & 0xf);
    *out = info;
    return NVML_SUCCESS;
}

nvmlReturn_t nvmlDeviceGetPciInfo_v3(nvmlDevice_t device, nvmlPciInfo_t *pci)
{
    return pci_info(device, pci);
}

/* The structure of the first versions ends before the long bus id. */
nvmlReturn_t nvmlDeviceGetPciInfo_v2(nvmlDevice_t device, nvmlPciInfo_t *pci)
{
    nvmlPciInfo_t info;
    nvmlReturn_t result = pci_info(device, pci ? &info : NULL);
    if (!result)
        memcpy(pci, &info, offsetof(nvmlPciInfo_t, busId));
    return result;
}

nvmlReturn_t nvmlDeviceGetPciInfo(nvmlDevice_t device, nvmlPciInfo_t *pci)
{
    return nvmlDeviceGetPciInfo_v2(device, pci);
}

nvmlReturn_t nvmlDeviceGetPciInfoExt(nvmlDevice_t device, nvmlPciInfoExt_t *pci)
{
    enum { DISPLAY_CONTROLLER = 3, THREE_D = 2 };
    nvmlPciInfo_t info;
    nvmlReturn_t result = pci_info(device, pci ? &info : NULL);
    if (!result && pci->version != (sizeof *pci | 1u << 24))
        result = NVML_ERROR_ARGUMENT_VERSION_MISMATCH;
    if (result)
        return result;
    *pci = (nvmlPciInfoExt_t){pci->version,        info.domain,        info.bus, info.device, info.pciDeviceId,
                              info.pciSubSystemId, DISPLAY_CONTROLLER, THREE_D,  ""};
    memcpy(pci->busId, info.busId, sizeof pci->busId);
    return NVML_SUCCESS;
}
