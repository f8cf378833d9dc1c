/* Bytes of a CUDA Server, with calls of the client that wait for them: replies, data, output, notices, heartbeats. The
 * first two bytes choose the calls, the rest comes on the connection, which then ends. */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../../../shim/generated/calls.h"
#include "../../../shim/wire/asks.h"
#include "../../../shim/wire/receive.h"
#include "../../../shim/wire/stream.h"

/* What the client says to the user about each server that breaks the rules. */
void bf_report(const char *format, ...)
{
    (void)format;
}

bool bf_report_debugs(void)
{
    return false;
}

void bf_report_debug(const char *format, ...)
{
    (void)format;
}

enum { ASKS = 4, FIRST = 16, ROOM = 64, MEMORY = 3, SILENCE_MS = 200 };

static uint8_t delivered[ROOM];
/* One for all runs: records of streams belong to a connection, and are never given back. */
static struct bf_stream stream;

static bool deliver(struct bf_stream *from, uint64_t memory, struct bf_rows *out)
{
    (void)from;
    *out = bf_rows_plain(delivered, sizeof delivered);
    return memory == MEMORY;
}

static void run(struct bf_stream *from, uint64_t ask, uint64_t function, int result)
{
    (void)from;
    (void)(ask + function + (uint64_t)result);
}

static void fetch(struct bf_stream *from, uint64_t ask, uint64_t source, uint64_t offset, uint64_t bytes)
{
    (void)from;
    (void)(ask + source + offset + bytes);
}

static void fault(struct bf_stream *from, uint64_t context, int result, bool lost)
{
    (void)from;
    (void)(context + (uint64_t)result + lost);
}

static void expect(struct bf_ask *asks, unsigned seed, uint8_t *into)
{
    for (unsigned i = 0; i < ASKS; i++) {
        asks[i] = (struct bf_ask){.call = &bf_calls[(seed * (i + 1)) % BF_CALL_COUNT],
                                  .number = FIRST + i,
                                  .changed = PTHREAD_COND_INITIALIZER,
                                  .into = bf_rows_plain(into, ROOM)};
        bf_asks_expect(&stream, &asks[i]);
    }
}

static void end(struct bf_ask *asks)
{
    for (unsigned i = 0; i < ASKS; i++) {
        for (unsigned k = 0; asks[i].done && asks[i].held && k < asks[i].call->reply_count; k++)
            if (strchr("sb", asks[i].call->reply[k]))
                fuzz_touch(asks[i].values[k].p, asks[i].values[k].bytes);
        bf_stream_ask_end(&asks[i]);
    }
    stream.asks = NULL;
    bf_stream_close(&stream);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bf_ask asks[ASKS];
    int ends[2];
    static struct bf_progress *legacy, *own;
    const struct bf_way way = {0};   /* not resumed: a cut is its end */
    if (size < 3 || size > 60000 || socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0)
        return 0;
    ssize_t sent = write(ends[1], data + 3, size - 3);
    close(ends[1]);
    if (sent != (ssize_t)(size - 3) ||
        bf_stream_open(&stream, (struct bf_link){.fd = ends[0]}, &way, "host:1", SILENCE_MS))
        return 0;
    uint8_t *into = malloc(ROOM);
    stream.on_fault = fault;
    atomic_store(&stream.on_run, run);
    atomic_store(&stream.on_fetch, fetch);
    atomic_store(&stream.on_deliver, deliver);
    atomic_store(&stream.greeting, data[2] & 1);
    if (!legacy) {
        legacy = bf_progress_new(&stream, 1, 0, NULL, true);
        own = bf_progress_new(&stream, 1, FIRST, legacy, false);
    }
    atomic_store(&own->last, FIRST + ASKS);
    expect(asks, data[0] | (unsigned)data[1] << 8, into);
    while (bf_receive_frame(&stream))
        ;
    end(asks);
    free(into);
    return 0;
}
