/* Entry points of memory and events that other processes open. */
#include <string.h>

#include "../../../libcuda/advice.h"
#include "../../memory/opened.h"
#include "../capture/capture_rules.h"
#include "../state/event.h"
#include "../state/handles.h"
#include "../state/pool.h"

_Static_assert(sizeof(struct sg_exported_handle) == sizeof(CUipcMemHandle), "it is what the program has of the memory");
_Static_assert(SG_EXPORTED_UUID == sizeof(CUuuid), "what names a device");

/* What cuMemAlloc made: of a device, and of no pool, and not managed. */
static bool is_shareable(CUdeviceptr address, const struct sg_extent *extent)
{
    return extent->kind == SG_MEMORY_DEVICE && extent->tag == SG_TAG_PLAIN && !lc_advice_knows(address, 1);
}

CUresult cuIpcGetMemHandle(CUipcMemHandle *pHandle, CUdeviceptr dptr)
{
    ENTER(cuIpcGetMemHandle);
    struct sg_context *context;
    struct sg_extent extent;
    struct sg_exported_handle handle;
    TRY(sg_context_current(&context));
    REQUIRE(pHandle, CUDA_ERROR_INVALID_VALUE);
    REQUIRE(sg_memory_find(dptr, &extent) && is_shareable(dptr, &extent), CUDA_ERROR_INVALID_VALUE);
    if (!sg_exported_find(dptr, &handle)) {
        const struct sg_device *device = sg_device_at((CUdevice)extent.device);
        sg_workers_hold();
        int result = sg_exported_make(dptr, (const unsigned char *)device->uuid.bytes, &handle);
        sg_workers_release();
        TRY(result);
    }
    memcpy(pHandle, &handle, sizeof handle);
    return CUDA_SUCCESS;
}

static bool choose(const unsigned char uuid[SG_EXPORTED_UUID], struct sg_opened_place *place)
{
    for (int i = 0; i < sg_device_count(); i++)
        if (memcmp(&sg_device_at(i)->uuid, uuid, SG_EXPORTED_UUID) == 0) {
            place->memory = sg_device_at(i)->memory;
            return true;
        }
    return false;
}

CUresult cuIpcOpenMemHandle_v2(CUdeviceptr *pdptr, CUipcMemHandle handle, unsigned int Flags)
{
    ENTER(cuIpcOpenMemHandle_v2);
    struct sg_context *context;
    struct sg_exported_handle wanted;
    uint64_t address;
    TRY(sg_context_current(&context));
    TRY(sg_capture_rules_unsafe());
    REQUIRE(pdptr && Flags == CU_IPC_MEM_LAZY_ENABLE_PEER_ACCESS, CUDA_ERROR_INVALID_VALUE);
    memcpy(&wanted, &handle, sizeof wanted);
    REQUIRE(!sg_exported_is_own(&wanted), CUDA_ERROR_INVALID_CONTEXT);
    struct sg_opened_place place = {.owner = context, .tag = SG_TAG_OPENED};
    TRY(sg_opened_open(&wanted, choose, &place, &address));
    *pdptr = address;
    return CUDA_SUCCESS;
}

CUresult cuIpcOpenMemHandle(CUdeviceptr *pdptr, CUipcMemHandle handle, unsigned int Flags)
{
    return cuIpcOpenMemHandle_v2(pdptr, handle, Flags);
}

/* No work can find that it is gone: what there is now is waited for. */
CUresult cuIpcCloseMemHandle(CUdeviceptr dptr)
{
    ENTER(cuIpcCloseMemHandle);
    struct sg_context *context;
    TRY(sg_context_current(&context));
    TRY(sg_capture_rules_unsafe());
    struct sg_extent extent;
    REQUIRE(sg_memory_find(dptr, &extent) && extent.tag == SG_TAG_OPENED, CUDA_ERROR_INVALID_VALUE);
    sg_context_wait_all();
    return (CUresult)sg_opened_close(dptr);
}

/* ---- events */

CUresult cuIpcGetEventHandle(CUipcEventHandle *pHandle, CUevent event)
{
    ENTER(cuIpcGetEventHandle);
    struct sg_event *found = sg_handles_get(event, SG_EVENT);
    struct sg_exported_handle handle;
    REQUIRE(found, sg_context_missing());
    REQUIRE(pHandle, CUDA_ERROR_INVALID_VALUE);
    REQUIRE(found->shared && sg_event_shared_handle(found->shared, &handle), CUDA_ERROR_INVALID_HANDLE);
    memcpy(pHandle, &handle, sizeof handle);
    return CUDA_SUCCESS;
}

CUresult cuIpcOpenEventHandle(CUevent *phEvent, CUipcEventHandle handle)
{
    ENTER(cuIpcOpenEventHandle);
    struct sg_context *context;
    struct sg_exported_handle wanted;
    struct sg_event *event;
    TRY(sg_context_current(&context));
    REQUIRE(phEvent, CUDA_ERROR_INVALID_VALUE);
    memcpy(&wanted, &handle, sizeof wanted);
    REQUIRE(!sg_exported_is_own(&wanted), CUDA_ERROR_INVALID_CONTEXT);
    TRY(sg_event_open(context, &wanted, &event));
    *phEvent = (CUevent)event->handle;
    return CUDA_SUCCESS;
}
