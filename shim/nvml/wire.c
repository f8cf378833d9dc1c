/* One call of NVML on one server. */
#include "wire.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../wire/encode.h"
#include "../wire/report.h"
#include "../wire/transport.h"
#include "../wire/welcome.h"

enum {
    ROOM = 256,                                              /* for everything of a call but its arguments */
    REPLY_BYTES_MAX = BF_NVML_VALUES_BYTES_MAX + 64
};

#define SILENCE_NS (BF_SILENCE_MAX_MS * 1000000ull)

static void give_up(struct bf_nvml_server *server)
{
    bf_transport_close(&server->link);
    server->lost = true;
}

static void lose(struct bf_nvml_server *server, const char *reason)
{
    bf_report("lost the server %s: %s. NVML's calls for its GPUs now return NVML_ERROR_GPU_IS_LOST (15) until NVML is "
              "initialised again.",
              server->name, reason);
    give_up(server);
}

static bool send_all(struct bf_nvml_server *server, const uint8_t *data, size_t bytes)
{
    uint64_t deadline = bf_transport_now_ns() + SILENCE_NS;
    for (size_t done = 0; done < bytes;) {
        struct iovec part = {(uint8_t *)(uintptr_t)data + done, bytes - done};
        ptrdiff_t sent = bf_transport_send(&server->link, &part, 1);
        if (sent < 0 || (sent == 0 && bf_transport_now_ns() > deadline)) {
            lose(server, sent < 0 ? bf_transport_reason(errno) : "it takes no data");
            return false;
        }
        done += (size_t)sent;
    }
    return true;
}

/* Adds what was waited to `waited_ns`, which may not be more than SILENCE_NS before all has come: how often something
 * comes gives a server no more time. */
static bool receive_all(struct bf_nvml_server *server, uint8_t *out, size_t bytes, uint64_t *waited_ns,
                        const char *late)
{
    for (size_t done = 0; done < bytes;) {
        uint64_t before = bf_transport_now_ns();
        ptrdiff_t got = bf_transport_receive(&server->link, out + done, bytes - done, true);
        /* What took longer than a look was this program's own absence: somebody had stopped it. */
        uint64_t took = bf_transport_now_ns() - before;
        *waited_ns += took < SILENCE_NS / 2 ? took : SILENCE_NS / 2;
        done += got > 0 ? (size_t)got : 0;
        if (got < 0 || (done < bytes && *waited_ns > SILENCE_NS)) {
            lose(server, got < 0 ? bf_transport_reason(errno) : late);
            return false;
        }
    }
    return true;
}

static bool send_call(struct bf_nvml_server *server, const char *function, const void *arguments, size_t bytes)
{
    size_t room = BF_FRAME_HEADER_BYTES + bytes + ROOM;
    uint8_t *frame = malloc(room);
    if (!frame)
        return false;
    struct bf_writer writer = {frame + BF_FRAME_HEADER_BYTES, frame + room, false};
    const struct bf_value values[] = {{.p = function, .bytes = strlen(function)}, {.p = arguments, .bytes = bytes}};
    bf_encode_call(&writer, &bf_calls[BF_CALL_nvml_call], values);
    bf_encode_frame(frame, &(struct bf_frame){(uint32_t)(writer.at - frame) - BF_FRAME_HEADER_BYTES, BF_CALLS, 0});
    server->numbered++;
    bool sent = !writer.full && send_all(server, frame, (size_t)(writer.at - frame));
    free(frame);
    return sent;
}

/* The body of the next frame, malloc; NULL if memory or the server is lost. */
static uint8_t *receive_frame(struct bf_nvml_server *server, struct bf_frame *frame)
{
    static const char endless[] = "its answer does not come to an end";
    uint8_t header[BF_FRAME_HEADER_BYTES];
    uint64_t silent_ns = 0, begun_ns = 0;
    if (!receive_all(server, header, 1, &silent_ns, "it is silent") ||
        !receive_all(server, header + 1, sizeof header - 1, &begun_ns, endless))
        return NULL;
    bool good = bf_decode_frame(header, frame) && frame->body_bytes <= REPLY_BYTES_MAX && !frame->bulk_bytes;
    bool expected = frame->kind == BF_HEARTBEAT ||
                    (server->greeting ? bf_welcome_is_answer(frame) : frame->kind == BF_REPLY);
    if (!good || !expected) {
        lose(server, "it sent a frame that is not of the protocol");
        return NULL;
    }
    uint8_t *body = malloc(frame->body_bytes + 1u);
    if (body && !receive_all(server, body, frame->body_bytes, &begun_ns, endless)) {
        free(body);
        return NULL;
    }
    return body;
}

/* The answer to HELLO; false if it is a refusal. */
static bool take_welcome(struct bf_nvml_server *server, const struct bf_frame *frame, const uint8_t *body)
{
    struct bf_answer answer;
    char problem[768];
    server->greeting = bf_welcome_read(server->name, frame, body, &answer, problem, sizeof problem) != 0;
    if (server->greeting) {
        bf_report("%s", problem);
        give_up(server);
    }
    return !server->greeting;
}

/* The body of the next REPLY, malloc; NULL if memory or the server is lost. */
static uint8_t *receive_reply(struct bf_nvml_server *server, size_t *bytes)
{
    struct bf_frame frame;
    bool goes_on = true;
    while (goes_on) {
        uint8_t *body = receive_frame(server, &frame);
        if (!body || frame.kind == BF_REPLY) {
            *bytes = frame.body_bytes;
            return body;
        }
        goes_on = frame.kind == BF_HEARTBEAT || take_welcome(server, &frame, body);
        free(body);
    }
    return NULL;
}

static void take_reply(struct bf_nvml_server *server, size_t bytes, struct bf_nvml_answer *out)
{
    const struct bf_call *call = &bf_calls[BF_CALL_nvml_call];
    struct bf_reader reader = {out->held, out->held + bytes, false};
    struct bf_reply_head head;
    struct bf_value values[BF_REPLY_VALUES_MAX] = {{.u = 0}};
    bf_decode_reply_head(&reader, &head);
    bf_decode_reply_values(&reader, call, &head, values);
    if (reader.bad || head.number != server->numbered) {
        lose(server, "it sent a reply that is not of the protocol");
        return;
    }
    out->returned = head.result ? NVML_ERROR_UNKNOWN : (nvmlReturn_t)values[0].u;
    out->values = values[1].p;
    out->bytes = values[1].bytes;
}

/* `asking` is held. */
static bool is_connected(struct bf_nvml_server *server)
{
    if (server->link.fd < 0 && !server->lost)
        server->lost = !bf_nvml_client_connect(server);
    return server->link.fd >= 0;
}

void bf_nvml_wire_ask(struct bf_nvml_server *server, const char *function, const void *arguments, size_t bytes,
                      struct bf_nvml_answer *out)
{
    size_t received = 0;
    int cancel;
    *out = (struct bf_nvml_answer){.returned = NVML_ERROR_GPU_IS_LOST};
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &cancel);
    pthread_mutex_lock(&server->asking);
    if (is_connected(server)) {
        if (send_call(server, function, arguments, bytes))
            out->held = receive_reply(server, &received);
        if (out->held)
            take_reply(server, received, out);
        else if (!server->lost)
            lose(server, "out of memory for a call");
    }
    pthread_mutex_unlock(&server->asking);
    pthread_setcancelstate(cancel, NULL);
}
