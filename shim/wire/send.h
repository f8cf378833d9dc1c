/* The buffer of calls, and the bytes that leave. Appending is cheap; a system call is made only by what sends. */
#ifndef BF_SEND_H
#define BF_SEND_H

#include "stream.h"

/* bf_stream.open, if no frame is begun. */
#define BF_SEND_NO_FRAME SIZE_MAX

/* Append a call, with ctx_use before it if needed; false and nothing changed if it does not fit. `appending` is
 * held. */
bool bf_send_append(struct bf_stream *stream, uint64_t context, const struct bf_call *call, const struct bf_value *args,
                    const struct bf_rows *copied);

/* Take what was appended, leave the empty buffer in its place. `sending` and `appending` are held. */
uint8_t *bf_send_take(struct bf_stream *stream, uint64_t bulk_bytes, size_t *bytes);

/* Send what was taken and bulk data (NULL: none) behind it. A plain buffer leaves from where it is; rows with gaps are
 * packed piece by piece. `sending` is held. */
void bf_send_taken(struct bf_stream *stream, uint8_t *calls, size_t bytes, const struct bf_rows *bulk);

/* Send what was appended; with `sending` held; unless another thread is sending: then the bytes go out soon anyway. */
void bf_send_flush(struct bf_stream *stream);
void bf_send_flush_held(struct bf_stream *stream);
void bf_send_flush_if_free(struct bf_stream *stream);

#endif
