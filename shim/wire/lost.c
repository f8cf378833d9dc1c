/* The end of a server's connection. */
#include "lost.h"

#include <stdio.h>

#include "report.h"

void bf_lost_with(struct bf_stream *stream, int code, const char *line)
{
    int nothing = 0;
    if (atomic_compare_exchange_strong(&stream->lost, &nothing, code)) {
        bf_report("%s", line);
        bf_line_shutdown(&stream->line);
    }
    pthread_mutex_lock(&stream->waiting);
    for (struct bf_ask *ask = stream->asks; ask; ask = ask->next)
        pthread_cond_signal(&ask->changed);
    pthread_cond_broadcast(&stream->filled);
    pthread_cond_broadcast(&stream->unled);
    pthread_mutex_unlock(&stream->waiting);
}

void bf_lost_because(struct bf_stream *stream, const char *reason)
{
    char line[512];
    bool begun = !atomic_load(&stream->greeting);
    if (begun)
        snprintf(line, sizeof line,
                 "lost the server %s: %s. Every CUDA call now returns CUDA_ERROR_MPS_RPC_FAILURE (806); "
                 "restart the program when the server is back.",
                 stream->name, reason);
    else
        snprintf(line, sizeof line,
                 "the server %s accepts the client and then does not begin its session: %s. Every CUDA call "
                 "now returns CUDA_ERROR_MPS_CONNECTION_FAILED (805); see the server's log.",
                 stream->name, reason);
    bf_lost_with(stream, begun ? BF_STREAM_LOST : BF_STREAM_NOT_BEGUN, line);
}
