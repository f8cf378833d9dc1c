/* The functions that are exported and not carried to a server. */
#include "../../libnvml/absent.h"

#include "../wire/report.h"
#include "client.h"

nvmlReturn_t ln_absent(const char *name, nvmlReturn_t code)
{
    nvmlReturn_t result = bf_nvml_client_enter();
    if (result)
        return result;
    bf_nvml_client_leave();
    bf_report_debug("%s is not remoted: %s (%d)", name,
                    code == NVML_ERROR_NO_PERMISSION ? "NVML_ERROR_NO_PERMISSION" : "NVML_ERROR_NOT_SUPPORTED",
                    (int)code);
    return code;
}
