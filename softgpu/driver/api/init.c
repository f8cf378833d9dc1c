/* Entry points: initialisation, version of the driver, error texts. */
#include "../init.h"

#include "../../../libcuda/errors.h"
#include "../../host/settings.h"
#include "../entry.h"

CUresult cuInit(unsigned int Flags)
{
    ENTER_ALWAYS(cuInit);
    REQUIRE(Flags == 0, CUDA_ERROR_INVALID_VALUE);
    REQUIRE(!sg_entry_forked(), CUDA_ERROR_NOT_INITIALIZED);
    return sg_init_driver();
}

CUresult cuDriverGetVersion(int *driverVersion)
{
    ENTER_ALWAYS(cuDriverGetVersion);
    REQUIRE(driverVersion, CUDA_ERROR_INVALID_VALUE);
    *driverVersion = sg_settings()->driver_version;
    return CUDA_SUCCESS;
}

CUresult cuGetErrorString(CUresult error, const char **pStr)
{
    ENTER_ALWAYS(cuGetErrorString);
    return lc_errors_get_string(error, pStr);
}

CUresult cuGetErrorName(CUresult error, const char **pStr)
{
    ENTER_ALWAYS(cuGetErrorName);
    return lc_errors_get_name(error, pStr);
}
