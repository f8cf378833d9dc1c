/* The second connection to a CUDA Server: numbers of asks, and bytes. */
#include "answers.h"

#include <endian.h>

#include "connect.h"
#include "lost.h"
#include "stream.h"

void bf_answers_open(struct bf_answers *answers)
{
    *answers = (struct bf_answers){.link = {.fd = -1}};
    pthread_mutex_init(&answers->lock, NULL);
}

void bf_answers_close(struct bf_answers *answers)
{
    bf_transport_close(&answers->link);
}

void bf_answers_leave(struct bf_answers *answers)
{
    bf_transport_leave(&answers->link);
}

/* `lock` is held. */
static bool send_all(struct bf_stream *stream, const void *data, size_t bytes)
{
    struct bf_link *link = &stream->answers.link;
    for (size_t done = 0; done < bytes && !bf_lost_is(stream);) {
        struct iovec part = {(uint8_t *)(uintptr_t)data + done, bytes - done};
        ptrdiff_t sent = bf_transport_send(link, &part, 1);
        if (sent < 0 || (!sent && bf_transport_is_gone(link, BF_UNACKNOWLEDGED_MAX_MS)))
            return false;
        done += (size_t)sent;
    }
    return true;
}

static bool has_connection(struct bf_stream *stream)
{
    struct bf_answers *answers = &stream->answers;
    return answers->link.fd >= 0 ||
           bf_connect_answers(&stream->link, &answers->way, BF_CONNECT_TIMEOUT_MS, BF_HELLO_TIMEOUT_MS, &answers->link);
}

void bf_answers_send(struct bf_stream *stream, uint64_t number, const void *data, size_t bytes)
{
    const uint64_t head[] = {htole64(number), htole64(bytes)};
    int cancel;
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &cancel);
    pthread_mutex_lock(&stream->answers.lock);
    bool sent = bf_lost_is(stream) ||
                (has_connection(stream) && send_all(stream, head, sizeof head) && send_all(stream, data, bytes));
    pthread_mutex_unlock(&stream->answers.lock);
    if (!sent)
        bf_lost_because(stream, "it takes no answers on its data port");
    pthread_setcancelstate(cancel, NULL);
}
