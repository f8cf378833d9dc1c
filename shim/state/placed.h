/* Memory of a server's device at exactly the addresses that are asked for, which every device of that server reaches.
 * It is not the program's, and belongs to no context. Ranges share the pages of a GPU that they have in common. Callers
 * serialise. */
#ifndef BF_PLACED_H
#define BF_PLACED_H

#include "client.h"

/* CUDA_ERROR_NOT_SUPPORTED if the server has no memory that can be placed, or its process has something else there. */
CUresult bf_placed_hold(const struct bf_device *device, uint64_t base, uint64_t bytes);
void bf_placed_leave(struct bf_server *server, uint64_t base, uint64_t bytes);

#endif
