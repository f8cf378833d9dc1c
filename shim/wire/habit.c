/* Whether a program asks at once after it has told. */
#include "habit.h"

#include "transport.h"

static bool is_late(const struct bf_stream *stream)
{
    return bf_transport_now_ns() > stream->told_ns + BF_FLUSH_LOOK_US * 1000;
}

bool bf_habit_rests(const struct bf_stream *stream)
{
    return atomic_load_explicit(&stream->drowsy, memory_order_relaxed) &&
           !atomic_load_explicit(&stream->spared, memory_order_relaxed);
}

bool bf_habit_told(struct bf_stream *stream, bool first)
{
    if (first)
        stream->told_ns = bf_transport_now_ns();
    else if (stream->spared && is_late(stream))
        bf_habit_left(stream);
    bool wake = bf_habit_rests(stream);
    stream->drowsy = stream->drowsy && !wake;
    return wake;
}

void bf_habit_asked(struct bf_stream *stream)
{
    if (!stream->told_ns)
        return;
    stream->prompt = is_late(stream) ? 0 : stream->prompt + 1;
    stream->told_ns = 0;
}

void bf_habit_left(struct bf_stream *stream)
{
    stream->prompt = 0;
    stream->told_ns = 0;
    stream->spared = false;
}

bool bf_habit_is_prompt(const struct bf_stream *stream)
{
    return stream->prompt >= BF_FLUSH_PROMPT_ASKS;
}
