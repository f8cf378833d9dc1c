/* Memory of the program that a server fetches when a copy from it has its turn.
 *
 * A copy from pinned memory reads it when it is made, and what is before it in its stream may be a function of the
 * program that writes it. So while there are such functions, the server is told where the bytes are instead of the
 * bytes. Whoever frees such memory waits until it was read. */
#ifndef BF_SOURCES_H
#define BF_SOURCES_H

#include "order.h"

/* A copy of these rows to a device in `order`, made later. False if it cannot be: then nothing was done. */
bool bf_sources_copy(const struct bf_order *order, CUdeviceptr to, size_t pitch, const struct bf_rows *from,
                     CUresult *result);

/* The number of rows that a copy in `order`, which the caller tells the server, reads once; 0 if it cannot be. */
uint64_t bf_sources_enter_copy(const struct bf_order *order, const struct bf_rows *from);

/* Rows that a graph copies from or to at every launch: the number that the server is to know them by, or 0 if there is
 * no memory for it. What is made of the graph may outlive it, so they stay until bf_sources_leave, which only who could
 * not tell the server calls; 0 is left alone. */
uint64_t bf_sources_enter(struct bf_server *server, const struct bf_rows *rows);
void bf_sources_leave(const struct bf_server *server, uint64_t number);

/* Whether there have been any of these. */
bool bf_sources_lasting(void);

/* Whether one of them has any of [base, base + bytes). */
bool bf_sources_last_in(const void *base, size_t bytes);

/* Until nothing of [base, base + bytes) is still to be fetched. */
void bf_sources_settle(const void *base, size_t bytes);

/* The context has ended: nothing is fetched for it any more. */
void bf_sources_lose(const struct bf_object *context);

#endif
