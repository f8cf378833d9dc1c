/* Waiting for replies: one waiting thread leads and reads for all. stream.h has the theory. */
#include "wait.h"

#include <assert.h>

#include "asks.h"
#include "decode.h"
#include "lost.h"
#include "output.h"
#include "receive.h"
#include "transport.h"
#include "welcome.h"

enum { SPIN_CREDIT_MAX = 8, SPIN_CREDIT_LOSS = 4 };

/* Look for bytes without sleeping as long as a near server may take, if that has paid lately. */
static void spin(struct bf_stream *stream)
{
    if (!stream->may_spin || stream->received_at != stream->received_end)
        return;
    if (stream->spin_credit < 0) {
        stream->spin_credit++;
        return;
    }
    uint64_t until = bf_transport_now_ns() + BF_REPLY_SPIN_US * 1000;
    size_t got;
    do {
        got = bf_receive_ahead(stream);
    } while (!got && !bf_lost_is(stream) && bf_transport_now_ns() < until);
    if (got)
        stream->spin_credit += stream->spin_credit < SPIN_CREDIT_MAX;
    else
        stream->spin_credit -= SPIN_CREDIT_LOSS + (stream->spin_credit > SPIN_CREDIT_LOSS ? 0 : SPIN_CREDIT_MAX * 4);
}

/* `waiting` is held. A thread that has announced its ask and is still sending it cannot read; it looks for itself
 * later. One that has what it waited for, and was not awake since, would leave without a look. */
static void hand_over(struct bf_stream *stream)
{
    assert(stream->led);
    stream->led = false;
    struct bf_ask *next = stream->asks;
    while (next && (!next->waits || next->done))
        next = next->next;
    if (next)
        pthread_cond_signal(&next->changed);
    else if (atomic_load(&stream->outstanding) || atomic_load(&stream->expected))
        pthread_cond_signal(&stream->unled);
}

void bf_wait_lead_one(struct bf_stream *stream)
{
    assert(!stream->led);
    stream->led = true;
    pthread_mutex_unlock(&stream->waiting);
    bf_receive_frame(stream);
    pthread_mutex_lock(&stream->waiting);
    hand_over(stream);
}

/* `waiting` is held, nobody leads. Returns, held again, when `ask` is done or the server lost. */
static void lead(struct bf_stream *stream, struct bf_ask *ask)
{
    stream->led = true;
    pthread_mutex_unlock(&stream->waiting);
    spin(stream);
    /* Only the leader marks asks as done, and this thread leads: no lock is needed to look. */
    while (!ask->done && !bf_lost_is(stream))
        bf_receive_frame(stream);
    pthread_mutex_lock(&stream->waiting);
    hand_over(stream);
}

int bf_wait_for(struct bf_stream *stream, struct bf_ask *ask)
{
    pthread_mutex_lock(&stream->waiting);
    atomic_fetch_add_explicit(&stream->awaited, 1, memory_order_relaxed);
    while (!ask->done && !bf_lost_is(stream)) {
        ask->waits = stream->led;
        if (stream->led)
            pthread_cond_wait(&ask->changed, &stream->waiting);
        else
            lead(stream, ask);
    }
    while (stream->filling == ask)
        pthread_cond_wait(&stream->filled, &stream->waiting);
    atomic_fetch_sub_explicit(&stream->awaited, 1, memory_order_relaxed);
    bf_asks_forget(stream, ask);
    pthread_mutex_unlock(&stream->waiting);
    bf_output_release();
    if (!ask->done)
        return atomic_load(&stream->lost);
    bf_progress_heard(stream, ask->number);
    return ask->result;
}

void bf_wait_passed(struct bf_stream *stream, struct bf_progress *progress, uint64_t passed)
{
    struct bf_ask ask = {.progress = progress, .passed = passed, .changed = PTHREAD_COND_INITIALIZER};
    int cancel;
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &cancel);
    pthread_mutex_lock(&stream->waiting);
    bf_asks_add(stream, &ask);
    ask.done = atomic_load(&progress->passed) >= passed;
    pthread_mutex_unlock(&stream->waiting);
    bf_wait_for(stream, &ask);
    pthread_setcancelstate(cancel, NULL);
}

static bool is_unasked(const struct bf_stream *stream, const struct bf_frame *frame)
{
    bool of_a_copy = frame->kind == BF_DATA || frame->kind == BF_REPLY;
    return frame->kind == BF_HEARTBEAT || frame->kind == BF_NOTICE || frame->kind == BF_OUTPUT ||
           frame->kind == BF_ACK || frame->kind == BF_GOODBYE || (of_a_copy && atomic_load(&stream->outstanding)) ||
           (atomic_load(&stream->greeting) && bf_welcome_is_answer(frame));
}

/* Frames that nobody waits for are taken as far as they are whole: anything else has a thread that does. True if
 * what comes next may be taken, too, once it is there. */
static bool take_unasked(struct bf_stream *stream)
{
    for (;;) {
        struct bf_frame frame;
        size_t ahead = stream->received_end - stream->received_at;
        if (ahead < BF_FRAME_HEADER_BYTES)
            return true;
        if (!bf_decode_frame(stream->received + stream->received_at, &frame) || !is_unasked(stream, &frame))
            return false;
        if (ahead - BF_FRAME_HEADER_BYTES < frame.body_bytes)
            return true;
        if (!bf_receive_frame(stream))
            return false;
    }
}

void bf_wait_drain(struct bf_stream *stream)
{
    int cancel;
    pthread_mutex_lock(&stream->waiting);
    bool leads = !stream->led;
    stream->led = true;
    pthread_mutex_unlock(&stream->waiting);
    if (!leads)
        return;
    /* A thread that is cancelled here would lead for ever. */
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &cancel);
    while (take_unasked(stream) && bf_receive_ahead(stream)) {
    }
    pthread_mutex_lock(&stream->waiting);
    hand_over(stream);
    pthread_mutex_unlock(&stream->waiting);
    pthread_setcancelstate(cancel, NULL);
}
