/* What the program does after a call that nothing waits for. One that waits for a reply at once, time after time, sends
 * that call with its request: to wake the flusher for it would only take the processor from others. So once that is
 * its habit the flusher is spared, and looks seldom, until a call was left lying. Everything else here is called with
 * `appending` held. */
#ifndef BF_HABIT_H
#define BF_HABIT_H

#include "stream.h"

/* True if the flusher sleeps and the next tell will wake it. Without a lock: how it was a moment ago. */
bool bf_habit_rests(const struct bf_stream *stream);

/* A tell was appended, `first`: to an empty buffer. True if the flusher is to be woken, which is awake from now on. */
bool bf_habit_told(struct bf_stream *stream, bool first);
/* An ask takes what lies in the buffer with it. */
void bf_habit_asked(struct bf_stream *stream);
/* Nothing took it: the flusher had to. */
void bf_habit_left(struct bf_stream *stream);

/* Whether tells may be left to the asks that follow them. */
bool bf_habit_is_prompt(const struct bf_stream *stream);

#endif
