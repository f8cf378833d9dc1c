/* One call of NVML on one server: what went in, what came out. One at a time on each connection; threads wait for
 * their turn. */
#ifndef BF_NVML_WIRE_H
#define BF_NVML_WIRE_H

#include "client.h"

struct bf_nvml_answer {
    nvmlReturn_t returned;
    const uint8_t *values;
    size_t bytes;
    uint8_t *held; /* what `values` points into: free it */
};

/* NVML_ERROR_GPU_IS_LOST, with one line on stderr the first time, if the server is gone; NVML_ERROR_MEMORY;
 * otherwise what the server returned. */
void bf_nvml_wire_ask(struct bf_nvml_server *server, const char *function, const void *arguments, size_t bytes,
                      struct bf_nvml_answer *out);

#endif
