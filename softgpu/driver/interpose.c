/* Looking up the driver's functions by name, and its private tables. */
#include "../../libcuda/export_tables.h"
#include "../../libcuda/names.h"
#include "../host/use.h"
#include "entry.h"

CUresult cuGetProcAddress_v2(const char *symbol, void **pfn, int cudaVersion, cuuint64_t flags,
                             CUdriverProcAddressQueryResult *symbolStatus)
{
    ENTER_ALWAYS(cuGetProcAddress_v2);
    return lc_names_get_proc_address_v2(symbol, pfn, cudaVersion, flags, symbolStatus);
}

CUresult cuGetProcAddress(const char *symbol, void **pfn, int cudaVersion, cuuint64_t flags)
{
    ENTER_ALWAYS(cuGetProcAddress);
    return lc_names_get_proc_address(symbol, pfn, cudaVersion, flags);
}

CUresult cuGetExportTable(const void **ppExportTable, const CUuuid *pExportTableId)
{
    ENTER_ALWAYS(cuGetExportTable);
    const void *own = sg_use_table(pExportTableId);
    REQUIRE(!own || ppExportTable, CUDA_ERROR_INVALID_VALUE);
    if (own)
        *ppExportTable = own;
    return own ? CUDA_SUCCESS : lc_export_tables_get(ppExportTable, pExportTableId);
}
