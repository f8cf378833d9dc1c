/* The symbols that libcuda/ answers, and what it asks of us in return. */
#include "../../libcuda/driver.h"
#include "../../libcuda/errors.h"
#include "../../libcuda/export_tables.h"
#include "../../libcuda/generated/cuda_api.h"
#include "../../libcuda/names.h"
#include "../state/contexts.h"

CUresult cuGetProcAddress_v2(const char *symbol, void **pfn, int cudaVersion, cuuint64_t flags,
                             CUdriverProcAddressQueryResult *symbolStatus)
{
    return lc_names_get_proc_address_v2(symbol, pfn, cudaVersion, flags, symbolStatus);
}

CUresult cuGetProcAddress(const char *symbol, void **pfn, int cudaVersion, cuuint64_t flags)
{
    return lc_names_get_proc_address(symbol, pfn, cudaVersion, flags);
}

CUresult cuGetExportTable(const void **ppExportTable, const CUuuid *pExportTableId)
{
    return lc_export_tables_get(ppExportTable, pExportTableId);
}

static CUresult primary_context(CUcontext *out, CUdevice device)
{
    if (!bf_client_ready())
        return bf_client_refusal();
    const struct bf_device *found = bf_client_device(device);
    if (!found)
        return CUDA_ERROR_INVALID_DEVICE;
    *out = (CUcontext)found->primary;
    return CUDA_SUCCESS;
}

const struct lc_driver lc_driver = {
    .primary_context = primary_context,
    .current_context = cuCtxGetCurrent,
    LC_DRIVER_PUBLIC,
};
