/* Device and host memory as this process knows it: which pointers are good, and whose. */
#ifndef BF_MEMORY_H
#define BF_MEMORY_H

#include "apart.h"
#include "order.h"

/* Where device memory is. Of a module's and a graph's, pointers of different servers may have equal values: the
 * preferred server is asked first. */
struct bf_place {
    struct bf_server *server;
    struct bf_range range;
};

/* The allocation that holds `address` on any server; `preferred` may be NULL. */
bool bf_memory_find(const struct bf_server *preferred, CUdeviceptr address, struct bf_place *out);

/* The server on which all of [address, address + bytes) is allocated, or NULL. */
struct bf_server *bf_memory_server(struct bf_server *preferred, CUdeviceptr address, uint64_t bytes);

/* The result of a tell about this memory, on `to`'s server. Whether a driver takes bytes that run from one
 * allocation into the next is its own affair, so then its answer is waited for: it is this call's, and not that of a
 * later one. */
CUresult bf_memory_told(struct bf_target to, CUdeviceptr address, uint64_t bytes, CUresult told);

/* Remember memory that a node of a graph allocates. What is done with it waits for the server's answer. */
CUresult bf_memory_add_of_graph(const struct bf_device *device, uint64_t base, uint64_t bytes);

/* The same of a global of a module or a library, which may be asked for again and again. `managed`: the host uses it,
 * too. */
CUresult bf_memory_add_global(struct bf_object *context, struct bf_object *owner, uint64_t base, uint64_t bytes,
                              bool managed);

/* cuMemAlloc, and the ordered forms: from the device's current pool if `pool` is NULL. */
CUresult bf_memory_allocate(struct bf_object *context, size_t bytes, CUdeviceptr *out);
CUresult bf_memory_allocate_ordered(const struct bf_order *order, struct bf_object *pool, size_t bytes,
                                    CUdeviceptr *out);

/* Until no copy to some of this host memory is outstanding, but in the stream `except` (NULL: in none). */
void bf_memory_settle_host(const void *address, size_t bytes, const struct bf_progress *except);

/* A context has ended: what was page-locked in it is freed, what was registered is ordinary memory again. */
void bf_memory_end_context(const struct bf_object *context);

#endif
