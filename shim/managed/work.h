/* What is put into streams of the device and may use managed memory. A touch of the program waits for it. */
#ifndef BF_WORK_H
#define BF_WORK_H

#include "areas.h"

/* All with the lock of the areas held. */

/* Work is about to be put into a stream of this connection; it was, as call `number` of that stream, or not (0). */
void bf_work_begin(const struct bf_stream *stream);
void bf_work_end(const struct bf_stream *stream, struct bf_progress *progress, uint64_t number);

/* True if nothing is running that may use the area. */
bool bf_work_is_over(const struct bf_area *area);

/* Until something of it is over. The lock is given away meanwhile: whatever was found before is to be found again. */
void bf_work_wait(const struct bf_area *area);

#endif
