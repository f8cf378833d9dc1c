/* The answer to HELLO, of a Dispatcher or a CUDA Server: what it says, or why there will be no session. Pure
 * decoding. */
#ifndef BF_WELCOME_H
#define BF_WELCOME_H

#include "decode.h"

enum { BF_WELCOME_FAILED = 805 }; /* CUDA_ERROR_MPS_CONNECTION_FAILED */

/* True if a frame of this kind answers HELLO. */
bool bf_welcome_is_answer(const struct bf_frame *frame);

/* 0 and *answer, which points into `body`; or the CUresult to give up with and one line that names `server` and says
 * why. `body` is that of a frame for which bf_welcome_is_answer is true. */
int bf_welcome_read(const char *server, const struct bf_frame *frame, const uint8_t *body, struct bf_answer *answer,
                    char *problem, size_t room);

#endif
