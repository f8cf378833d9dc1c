/* A function of NVML by its description: arguments are checked and packed, the server is asked, what comes back is
 * written.
 *
 * The letters are those of src/bitfusion/api/emit_nvml_calls.py. */
#ifndef BF_NVML_CALL_H
#define BF_NVML_CALL_H

#include "client.h"
#include "generated/functions.h"

struct bf_nvml_param {
    char letter;
    int16_t count; /* of an array: the place of the parameter with the number of elements, or minus that number */
    uint32_t bytes; /* of the value or of one element */
};

struct bf_nvml_function {
    const char *name;
    const struct bf_nvml_param *params;
    unsigned count;
};

extern const struct bf_nvml_function bf_nvml_functions[BF_NVML_COUNT];

union bf_nvml_arg {
    uint64_t u;
    const void *p;
};

/* The whole of a function. Its server is that of its device. */
nvmlReturn_t bf_nvml_call(const struct bf_nvml_function *function, const union bf_nvml_arg *args);

/* The same inside bf_nvml_client_enter and leave, on `server` if the function has no device. */
nvmlReturn_t bf_nvml_call_on(struct bf_nvml_server *server, const struct bf_nvml_function *function,
                             const union bf_nvml_arg *args);

#endif
