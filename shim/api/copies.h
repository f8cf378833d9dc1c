/* Copies in the order of a stream, for copies.c and copies_2d.c. */
#ifndef BF_COPIES_H
#define BF_COPIES_H

#include "../state/order.h"

/* Where a copy that touches [address, address + bytes) of a device is made: in `order`, or in the context that
 * allocated the memory if another server has it (which a copy in an explicit stream cannot reach). `out` may be
 * `order`. */
CUresult bf_copies_place(const struct bf_order *order, CUdeviceptr address, uint64_t bytes, struct bf_order *out);

CUresult bf_copies_to_device(const struct bf_order *order, CUdeviceptr to, const void *from, size_t bytes);
CUresult bf_copies_to_host(const struct bf_order *order, void *to, CUdeviceptr from, size_t bytes);
CUresult bf_copies_on_device(const struct bf_order *order, CUdeviceptr to, CUdeviceptr from, size_t bytes);
/* The pointers say which of the three it is, or that it is none. */
CUresult bf_copies_any(const struct bf_order *order, CUdeviceptr to, CUdeviceptr from, size_t bytes);
/* copies_2d.c: rows of bytes, from and to wherever the description says. */
CUresult bf_copies_2d(const struct bf_order *given, const CUDA_MEMCPY2D *pCopy);
/* copies_box.c: rows and slices, from and to wherever the description says, arrays too. */
CUresult bf_copies_box(const struct bf_order *given, const CUDA_MEMCPY3D *pCopy);
CUresult bf_copies_box_peer(const struct bf_order *given, const CUDA_MEMCPY3D_PEER *pCopy);
/* A run of bytes from or to an array of one dimension. */
struct bf_copies_end {
    CUmemorytype type;
    uint64_t at; /* address or handle */
    size_t offset;
};
#define BF_AT_ARRAY(array, offset) ((struct bf_copies_end){CU_MEMORYTYPE_ARRAY, (uintptr_t)(array), (offset)})
#define BF_AT_DEVICE(address) ((struct bf_copies_end){CU_MEMORYTYPE_DEVICE, (address), 0})
#define BF_AT_HOST(address) ((struct bf_copies_end){CU_MEMORYTYPE_HOST, (uintptr_t)(address), 0})
CUresult bf_copies_box_run(const struct bf_order *order, struct bf_copies_end to, struct bf_copies_end from,
                           size_t bytes);
/* A copy to the device whose source a function of the program may write before its turn comes: made later, which is
 * true, or now that they have returned. */
bool bf_copies_later(const struct bf_order *order, CUdeviceptr to, size_t pitch, const struct bf_rows *from,
                     CUresult *result);
/* Whether it is one that may be told so; else what must come before it is done, with this result. */
bool bf_copies_is_later(const struct bf_order *order, const struct bf_rows *from, CUresult *result);
/* Bytes that are still to come to this memory of the host are not overtaken by what is read from it now, or comes
 * there later. */
void bf_copies_settle(const struct bf_rows *host, const struct bf_progress *except);
/* A copy to pinned memory that need not wait is begun; false if this is none. */
bool bf_copies_start(const struct bf_order *order, const struct bf_call *call, const struct bf_value *args,
                     const struct bf_rows *into, CUresult *result);
/* A call that waits is about to return: what was before it in its stream has arrived, too. */
CUresult bf_copies_finish(const struct bf_order *order, CUresult result);
/* Until all work of the stream is done. A step of a call: it tells no earlier error. */
CUresult bf_copies_wait(const struct bf_order *order);

#endif
