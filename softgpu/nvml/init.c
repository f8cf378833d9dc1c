/* Start and end of the library; versions; functions that have no answer. */
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "../../libnvml/absent.h"
#include "../host/log.h"
#include "nvml.h"
#include "view.h"

static atomic_uint users;

bool sg_init_ready(void)
{
    return atomic_load(&users) != 0;
}

/* If the settings are wrong, sg_settings has said which one. */
static nvmlReturn_t start(void)
{
    REQUIRE(sg_settings()->valid, NVML_ERROR_UNKNOWN);
    atomic_fetch_add(&users, 1);
    return NVML_SUCCESS;
}

nvmlReturn_t nvmlInit(void)
{
    return start();
}

nvmlReturn_t nvmlInit_v2(void)
{
    return start();
}

nvmlReturn_t nvmlInitWithFlags(unsigned int flags)
{
    enum { NO_GPUS = 1, NO_ATTACH = 2 };
    REQUIRE(!(flags & ~(unsigned)(NO_GPUS | NO_ATTACH)), NVML_ERROR_INVALID_ARGUMENT);
    return start();
}

nvmlReturn_t nvmlShutdown(void)
{
    unsigned before = atomic_load(&users);
    while (before && !atomic_compare_exchange_weak(&users, &before, before - 1))
        ;
    return before ? NVML_SUCCESS : NVML_ERROR_UNINITIALIZED;
}

nvmlReturn_t ln_absent(const char *name, nvmlReturn_t code)
{
    ENTER();
    sg_log_debug("%s is not answered: %s", name, nvmlErrorString(code));
    return code;
}

/* ---- versions */

/* The branch of NVIDIA's driver that brought a version of CUDA: programs compare the number. What follows the branch is
 * 0, as no driver of NVIDIA's has it. */
static unsigned branch(void)
{
    static const struct {
        int cuda;
        unsigned branch;
    } known[] = {
        {11000, 450}, {11010, 455}, {11020, 460}, {11030, 465}, {11040, 470}, {11050, 495}, {11060, 510},
        {11070, 515}, {11080, 520}, {12000, 525}, {12010, 530}, {12020, 535}, {12030, 545}, {12040, 550},
        {12050, 555}, {12060, 560}, {12080, 570}, {12090, 575}, {13000, 580}, {13010, 590},
    };
    unsigned found = known[0].branch;
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (known[i].cuda <= sg_settings()->driver_version)
            found = known[i].branch;
    return found;
}

nvmlReturn_t nvmlSystemGetDriverBranch(nvmlSystemDriverBranchInfo_t *branchInfo, unsigned int length)
{
    char text[32];
    ENTER();
    REQUIRE(branchInfo, NVML_ERROR_INVALID_ARGUMENT);
    REQUIRE_VERSION(branchInfo->version, nvmlSystemDriverBranchInfo_v1_t, 1);
    snprintf(text, sizeof text, "r%u_00", branch());
    return sg_text_copy(text, branchInfo->branch,
                        length < sizeof branchInfo->branch ? length : sizeof branchInfo->branch);
}

nvmlReturn_t nvmlSystemGetDriverVersion(char *version, unsigned int length)
{
    char text[32];
    ENTER();
    snprintf(text, sizeof text, "%u.0.0", branch());
    return sg_text_copy(text, version, length);
}

nvmlReturn_t nvmlSystemGetNVMLVersion(char *version, unsigned int length)
{
    char text[32];
    ENTER();
    snprintf(text, sizeof text, "%d.%u.0.0", sg_settings()->driver_version / 1000, branch());
    return sg_text_copy(text, version, length);
}

static nvmlReturn_t cuda_version(int *version)
{
    REQUIRE(version, NVML_ERROR_INVALID_ARGUMENT);
    *version = sg_settings()->driver_version;
    return NVML_SUCCESS;
}

nvmlReturn_t nvmlSystemGetCudaDriverVersion(int *cudaDriverVersion)
{
    return cuda_version(cudaDriverVersion);
}

nvmlReturn_t nvmlSystemGetCudaDriverVersion_v2(int *cudaDriverVersion)
{
    return cuda_version(cudaDriverVersion);
}

/* ---- the process names */

nvmlReturn_t nvmlSystemGetProcessName(unsigned int pid, char *name, unsigned int length)
{
    char found[SG_VIEW_NAME];
    ENTER();
    REQUIRE(name && length, NVML_ERROR_INVALID_ARGUMENT);
    REQUIRE(sg_view_name((int)pid, found), NVML_ERROR_NOT_FOUND);
    snprintf(name, length, "%s", found);
    return NVML_SUCCESS;
}

/* ---- what there is none of */

static nvmlReturn_t none(unsigned *count)
{
    ENTER();
    REQUIRE(count, NVML_ERROR_INVALID_ARGUMENT);
    *count = 0;
    return NVML_SUCCESS;
}

nvmlReturn_t nvmlUnitGetCount(unsigned int *unitCount)
{
    return none(unitCount);
}

nvmlReturn_t nvmlGetExcludedDeviceCount(unsigned int *deviceCount)
{
    return none(deviceCount);
}

nvmlReturn_t nvmlGetBlacklistDeviceCount(unsigned int *deviceCount)
{
    return none(deviceCount);
}
