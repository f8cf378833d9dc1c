/* What NVML says of the whole: versions, which are those of the oldest driver of all servers, and the names of
 * processes. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../libnvml/generated/nvml_api.h"
#include "call.h"

enum { VERSION_BYTES = 80 };

/* The server whose driver is the oldest, as CUDA's versions tell. Inside enter and leave. */
static struct bf_nvml_server *oldest(void)
{
    struct bf_nvml_server *found = NULL;
    for (unsigned i = 0; i < bf_nvml_client_server_count(); i++) {
        struct bf_nvml_server *server = bf_nvml_client_server(i);
        if (server->snapshot.devices && (!found || server->snapshot.driver_version < found->snapshot.driver_version))
            found = server;
    }
    return found;
}

nvmlReturn_t nvmlSystemGetCudaDriverVersion_v2(int *cudaDriverVersion)
{
    nvmlReturn_t result = bf_nvml_client_enter();
    if (result)
        return result;
    if (cudaDriverVersion)
        *cudaDriverVersion = oldest()->snapshot.driver_version;
    bf_nvml_client_leave();
    return cudaDriverVersion ? NVML_SUCCESS : NVML_ERROR_INVALID_ARGUMENT;
}

nvmlReturn_t nvmlSystemGetCudaDriverVersion(int *cudaDriverVersion)
{
    return nvmlSystemGetCudaDriverVersion_v2(cudaDriverVersion);
}

/* "535.261.03" before "580.95.05": compared number by number. */
static bool is_older(const char *a, const char *b)
{
    for (;;) {
        char *a_end, *b_end;
        unsigned long left = strtoul(a, &a_end, 10), right = strtoul(b, &b_end, 10);
        if (left != right || !*a_end || !*b_end)
            return left < right;
        a = a_end + 1;
        b = b_end + 1;
    }
}

/* The lowest that any server tells. One that is lost does not count, unless there is no other. */
static nvmlReturn_t lowest_version(const struct bf_nvml_function *function, char *out)
{
    nvmlReturn_t result = NVML_ERROR_GPU_IS_LOST;
    for (unsigned i = 0; i < bf_nvml_client_server_count(); i++) {
        char text[VERSION_BYTES] = "";
        const union bf_nvml_arg args[] = {{.p = text}, {.u = sizeof text}};
        nvmlReturn_t answer = bf_nvml_call_on(bf_nvml_client_server(i), function, args);
        if (!answer && (result || is_older(text, out)))
            memcpy(out, text, sizeof text);
        result = result && answer != NVML_ERROR_GPU_IS_LOST ? answer : result;
    }
    return result;
}

static nvmlReturn_t version(const struct bf_nvml_function *function, char *out, unsigned length)
{
    char text[VERSION_BYTES] = "";
    nvmlReturn_t result = bf_nvml_client_enter();
    if (result)
        return result;
    result = out ? lowest_version(function, text) : NVML_ERROR_INVALID_ARGUMENT;
    bf_nvml_client_leave();
    if (!result && strlen(text) >= length)
        result = NVML_ERROR_INSUFFICIENT_SIZE;
    if (!result)
        memcpy(out, text, strlen(text) + 1);
    return result;
}

nvmlReturn_t nvmlSystemGetDriverVersion(char *out, unsigned int length)
{
    return version(&bf_nvml_functions[BF_nvmlSystemGetDriverVersion], out, length);
}

nvmlReturn_t nvmlSystemGetNVMLVersion(char *out, unsigned int length)
{
    return version(&bf_nvml_functions[BF_nvmlSystemGetNVMLVersion], out, length);
}

/* That of the server whose driver is the oldest. */
nvmlReturn_t nvmlSystemGetDriverBranch(nvmlSystemDriverBranchInfo_t *branchInfo, unsigned int length)
{
    nvmlReturn_t result = bf_nvml_client_enter();
    if (result)
        return result;
    const union bf_nvml_arg args[] = {{.p = branchInfo}, {.u = length}};
    result = bf_nvml_call_on(oldest(), &bf_nvml_functions[BF_nvmlSystemGetDriverBranch], args);
    bf_nvml_client_leave();
    return result;
}

/* The first server that knows the process. */
nvmlReturn_t nvmlSystemGetProcessName(unsigned int pid, char *name, unsigned int length)
{
    nvmlReturn_t result = bf_nvml_client_enter();
    if (result)
        return result;
    const union bf_nvml_arg args[] = {{.u = pid}, {.p = name}, {.u = length}};
    result = name && length ? NVML_ERROR_NOT_FOUND : NVML_ERROR_INVALID_ARGUMENT;
    for (unsigned i = 0; result == NVML_ERROR_NOT_FOUND && i < bf_nvml_client_server_count(); i++) {
        nvmlReturn_t answer =
            bf_nvml_call_on(bf_nvml_client_server(i), &bf_nvml_functions[BF_nvmlSystemGetProcessName], args);
        result = answer == NVML_ERROR_GPU_IS_LOST ? result : answer;
    }
    bf_nvml_client_leave();
    return result;
}
