/* What the files of softgpu's NVML share: handles of devices, and the checks that come first in every function.
 *
 * It starts no engine: settings and names of devices come from the environment, and what is in use from the registry
 * that softgpu's libcuda keeps (softgpu/host). What a software GPU has not, such as a temperature, is NOT_SUPPORTED,
 * not an invented number. */
#ifndef SG_NVML_H
#define SG_NVML_H

#include <stdbool.h>
#include <stddef.h>

#include "../../libnvml/generated/nvml_api.h"
#include "../host/settings.h"

/* A handle points to one of these. The number is that of the host: CUDA_VISIBLE_DEVICES means nothing to NVML. */
struct nvmlDevice_st {
    unsigned number;
};

bool sg_init_ready(void);                                  /* between nvmlInit and the last nvmlShutdown */
bool sg_devices_known(nvmlDevice_t device);
struct nvmlDevice_st *sg_devices_handle(unsigned number);     /* below SOFTGPU_DEVICES */

/* Copy text with its terminator; INSUFFICIENT_SIZE, with nothing written, if it has no room. */
nvmlReturn_t sg_text_copy(const char *text, char *out, unsigned room);

#define REQUIRE(condition, error)                                                                                      \
    do {                                                                                                               \
        if (!(condition))                                                                                              \
            return (error);                                                                                            \
    } while (0)

/* Initialised; and, of a function of a device, with a device and somewhere to write. */
#define ENTER() REQUIRE(sg_init_ready(), NVML_ERROR_UNINITIALIZED)
#define ENTER_FOR(device, out)                                                                                         \
    do {                                                                                                               \
        ENTER();                                                                                                       \
        REQUIRE(sg_devices_known(device) && (out), NVML_ERROR_INVALID_ARGUMENT);                                       \
    } while (0)

/* A versioned structure says which version and size it is. */
#define REQUIRE_VERSION(given, type, number)                                                                           \
    REQUIRE((given) == (sizeof(type) | (unsigned)(number) << 24), NVML_ERROR_ARGUMENT_VERSION_MISMATCH)

#endif
