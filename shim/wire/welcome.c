/* The answer to HELLO: WELCOME or REFUSED. */
#include "welcome.h"

#include <stdio.h>

enum { WORDS_MAX = 300 };   /* of a server's own, which it is asked to keep to a line */

bool bf_welcome_is_answer(const struct bf_frame *frame)
{
    return frame->kind == BF_WELCOME || frame->kind == BF_REFUSED;
}

static int shown(const struct bf_span *words)
{
    return (int)(words->bytes < WORDS_MAX ? words->bytes : WORDS_MAX);
}

int bf_welcome_read(const char *server, const struct bf_frame *frame, const uint8_t *body, struct bf_answer *answer,
                    char *problem, size_t room)
{
    char ours[BF_CALLS_DIGITS + 1];
    struct bf_reader reader = {body, body + frame->body_bytes, false};
    bf_decode_answer(&reader, answer);
    if (reader.bad) {
        snprintf(problem, room,
                 "what answers at %s is not a bitfusion server that this client understands; check the port", server);
        return BF_WELCOME_FAILED;
    }
    if (frame->kind == BF_REFUSED) {
        snprintf(problem, room, "the server %s refuses: %.*s%s%.*s", server, shown(&answer->reason),
                 (const char *)answer->reason.data, answer->hint.bytes ? "; " : "", shown(&answer->hint),
                 (const char *)answer->hint.data);
        return answer->code ? (int)answer->code : BF_WELCOME_FAILED;
    }
    if (answer->version < BF_PROTOCOL_VERSION_MIN || answer->version > BF_PROTOCOL_VERSION_MAX) {
        snprintf(problem, room,
                 "the server %s speaks version %u of the protocol, this client %d to %d; install the same "
                 "release on both sides",
                 server, answer->version, BF_PROTOCOL_VERSION_MIN, BF_PROTOCOL_VERSION_MAX);
        return BF_WELCOME_FAILED;
    }
    bf_encode_calls(ours);
    if (bf_msgpack_span_is(answer->calls, ours))
        return 0;
    bool silent = !answer->calls.bytes;
    snprintf(problem, room,
             "this client (release %s, calls %s) and the server %s (release %.*s, calls %.*s) have different calls; "
             "install the same release of bitfusion on both sides",
             BF_RELEASE, ours, server, shown(&answer->release), (const char *)answer->release.data,
             silent ? 7 : shown(&answer->calls), silent ? "unknown" : (const char *)answer->calls.data);
    return BF_WELCOME_FAILED;
}
