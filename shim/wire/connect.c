/* The way to a CUDA Server: two connections, each begun by HELLO. */
#include "connect.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ca.h"
#include "decode.h"
#include "introduction.h"
#include "prover.h"
#include "reach.h"
#include "resume.h"
#include "tls.h"
#include "transport.h"
#include "welcome.h"

enum {
    CONNECTION_FAILED = 805,   /* CUDA_ERROR_MPS_CONNECTION_FAILED */
    HELLO_BYTES_MAX = 2048,
    WAIT_MS = 100,
    PROBLEM_BYTES = 512,
    TLS_ALERT = 0x15
};

static void __attribute__((format(printf, 3, 4))) refuse(struct bf_connection *out, int code, const char *format, ...)
{
    va_list values;
    va_start(values, format);
    vsnprintf(out->problem, sizeof out->problem, format, values);
    va_end(values);
    out->code = code;
}

/* All of it before the deadline, or false. */
static bool send_all(struct bf_link *link, const void *data, size_t bytes, uint64_t deadline)
{
    for (size_t done = 0; done < bytes;) {
        struct iovec part = {(uint8_t *)(uintptr_t)data + done, bytes - done};
        ptrdiff_t sent = bf_transport_send(link, &part, 1);
        if (sent < 0 || (sent == 0 && bf_transport_now_ns() > deadline))
            return false;
        done += (size_t)sent;
    }
    return true;
}

/* All of it before the deadline, or false with errno (0: the time ran out). What is there then is in time, since this
 * program may have been stopped meanwhile; what comes later is not, as few bytes as a server may say at a time. */
static bool receive_all(struct bf_link *link, void *out, size_t bytes, uint64_t deadline)
{
    for (size_t done = 0; done < bytes;) {
        bool late = bf_transport_now_ns() > deadline;
        ptrdiff_t got = bf_transport_receive(link, (uint8_t *)out + done, bytes - done, !late);
        if (got < 0)
            return false;
        if (late && got == 0) {
            errno = 0;
            return false;
        }
        done += (size_t)got;
    }
    return true;
}

/* What is said of resuming, to a CUDA Server. */
struct again {
    unsigned resume_s;
    bool resumes;
    uint64_t taken;
};

static bool say_hello(struct bf_link *link, const struct bf_address *address, const struct bf_span *token,
                      const char *use, const struct again *again, struct bf_prover *prover, uint64_t deadline)
{
    uint8_t bytes[HELLO_BYTES_MAX];
    struct bf_introduction self;
    bf_introduction_make(&self);
    struct bf_hello hello = {.host = self.host,
                             .program = self.program,
                             .user_name = self.user,
                             .pid = (uint32_t)getpid(),
                             .user = (uint32_t)geteuid(),
                             .use = use,
                             .token = token ? token->data : NULL,
                             .token_bytes = token ? token->bytes : 0,
                             .lease = token ? NULL : address->lease,
                             .addresses_begin = token && !use ? address->part_begin : 0,
                             .addresses_end = token && !use ? address->part_end : 0,
                             .auth_id = prover ? prover->token.id : NULL,
                             .auth_nonce = prover ? prover->nonce : NULL,
                             .resume_s = again ? again->resume_s : 0,
                             .resumes = again && again->resumes,
                             .taken = again ? again->taken : 0};
    struct bf_writer writer = {bytes + BF_FRAME_HEADER_BYTES, bytes + sizeof bytes, false};
    bf_encode_hello(&writer, &hello);
    if (writer.full) {
        errno = EMSGSIZE;
        return false;
    }
    struct bf_frame frame = {(uint32_t)(writer.at - bytes - BF_FRAME_HEADER_BYTES), BF_HELLO, 0};
    bf_encode_frame(bytes, &frame);
    if (prover)
        bf_prover_said(prover, bytes + BF_FRAME_HEADER_BYTES, frame.body_bytes);
    return send_all(link, bytes, (size_t)(writer.at - bytes), deadline);
}

static uint64_t after_ms(int wait_ms)
{
    return bf_transport_now_ns() + (uint64_t)wait_ms * 1000000u;
}

/* A server that wants TLS says so in a record of TLS that is shorter than a header: an alert. */
static bool is_tls(const uint8_t header[BF_FRAME_HEADER_BYTES])
{
    return header[0] == TLS_ALERT && header[1] == 3;
}

/* The header of the answer. Heartbeats come before it as long as the server has this client in its queue: each is one
 * more `hello_ms`. */
static bool hear_header(struct bf_link *link, int hello_ms, struct bf_frame *frame, bool *good)
{
    uint8_t header[BF_FRAME_HEADER_BYTES];
    do {
        errno = 0;
        memset(header, 0, sizeof header);
        if (!receive_all(link, header, sizeof header, after_ms(hello_ms))) {
            frame->kind = is_tls(header) ? TLS_ALERT : frame->kind;
            return false;
        }
        *good = bf_decode_frame(header, frame);
    } while (*good && frame->kind == BF_HEARTBEAT);
    return true;
}

/* What ties a proof to this connection: SHA-256 of the server's certificate. Its bytes, 0 without TLS. */
static size_t binding_of(const struct bf_link *link, uint8_t out[BF_FINGERPRINT_BYTES])
{
    const uint8_t *fingerprint = bf_transport_fingerprint(link);
    if (fingerprint)
        memcpy(out, fingerprint, BF_FINGERPRINT_BYTES);
    return fingerprint ? BF_FINGERPRINT_BYTES : 0;
}

/* Answer a CHALLENGE, if the server proves in it that it knows this user's token. */
static bool prove(struct bf_link *link, const struct bf_address *address, const struct bf_frame *frame, int hello_ms,
                  struct bf_prover *prover, struct bf_connection *out)
{
    uint8_t body[BF_PROVER_BODY_BYTES_MAX], binding[BF_FINGERPRINT_BYTES], answer[BF_PROVER_FRAME_BYTES];
    size_t bytes = frame->body_bytes <= sizeof body ? frame->body_bytes : 0, answer_bytes = 0;
    uint64_t deadline = after_ms(hello_ms);
    if (bytes && !receive_all(link, body, bytes, deadline)) {
        out->given_up = errno != 0;
        refuse(out, CONNECTION_FAILED, "%s:%u %s in the middle of its answer; look at that server", address->host,
               address->port, errno ? "closes the connection" : "falls silent");
        return false;
    }
    if (bytes)
        answer_bytes = bf_prover_answer(prover, body, bytes, binding, binding_of(link, binding), answer);
    if (!answer_bytes)
        refuse(out, CONNECTION_FAILED,
               "%s:%u does not prove that it knows the token %s: it was made for other servers, or that is not the "
               "server; check the address, and ask its operator for a token",
               address->host, address->port, prover->token.id);
    else if (!send_all(link, answer, answer_bytes, deadline))
        refuse(out, CONNECTION_FAILED, "%s:%u closes the connection; look at its log", address->host, address->port);
    return !out->code;
}

/* A server that has asked for no proof has given none: whoever has a token for it may have been led to another. Not
 * where it is on this machine, or behind a tunnel that ends here. */
static bool is_believed(const struct bf_link *link, const struct bf_address *address, const struct bf_prover *prover,
                        struct bf_connection *out)
{
    if (!prover->token.id[0] || prover->proved || bf_reach_is_here(link->fd))
        return true;
    refuse(out, CONNECTION_FAILED,
           "%s:%u does not ask for the token %s, so it may be another server than is meant; set BF_TOKEN_FILE to "
           "nothing to use it all the same",
           address->host, address->port, prover->token.id);
    return false;
}

/* The body of the answer (malloc), decoded; NULL and a problem if there is none, or a refusal. */
static uint8_t *hear_answer(struct bf_link *link, const struct bf_address *address, int hello_ms,
                            struct bf_prover *prover, struct bf_answer *answer, struct bf_connection *out)
{
    struct bf_frame frame = {0};
    bool good, heard = hear_header(link, hello_ms, &frame, &good);
    if (heard && good && frame.kind == BF_CHALLENGE) {
        if (!prove(link, address, &frame, hello_ms, prover, out))
            return NULL;
        heard = hear_header(link, hello_ms, &frame, &good);
    }
    if (!heard) {
        bool in_line = frame.kind == BF_HEARTBEAT;
        out->given_up = errno != 0;
        if (frame.kind == TLS_ALERT) {
            refuse(out, CONNECTION_FAILED, "%s:%u speaks TLS only; name it as tls://%s:%u", address->host,
                   address->port, address->host, address->port);
            return NULL;
        }
        refuse(out, CONNECTION_FAILED, "%s:%u %s and then %s; %s", address->host, address->port,
               in_line ? "has this client in its queue" : "accepts the connection",
               !errno    ? "says nothing"
               : in_line ? "closes the connection"
                         : "closes it",
               in_line ? "look at its log" : "is a bitfusion server running there?");
        return NULL;
    }
    uint8_t *body = good && bf_welcome_is_answer(&frame) ? malloc(frame.body_bytes + 1u) : NULL;
    if (body && !receive_all(link, body, frame.body_bytes, after_ms(hello_ms))) {
        out->given_up = errno != 0;
        refuse(out, CONNECTION_FAILED,
               "%s:%u %s in the middle of its answer; look at that server and at the network on the "
               "way",
               address->host, address->port, errno ? "closes the connection" : "falls silent");
        free(body);
        return NULL;
    }
    if (!body) {
        refuse(out, CONNECTION_FAILED,
               "what answers at %s:%u is not a bitfusion server that this client understands; "
               "check the port",
               address->host, address->port);
        return NULL;
    }
    char name[BF_HOST_BYTES + 16];
    snprintf(name, sizeof name, "%s:%u", address->host, address->port);
    out->code = bf_welcome_read(name, &frame, body, answer, out->problem, sizeof out->problem);
    if (!out->code && is_believed(link, address, prover, out))
        return body;
    out->refused = true;
    free(body);
    return NULL;
}

static bool refuse_tls(struct bf_connection *out, const char *host, unsigned port, const char *problem)
{
    out->given_up = errno != 0;
    refuse(out, CONNECTION_FAILED, "%s:%u %s", host, port, problem);
    return false;
}

/* TLS on a fresh connection, if the address wants it. */
static bool secure(struct bf_link *link, const struct bf_address *address, int hello_ms, struct bf_connection *out)
{
    char problem[PROBLEM_BYTES], file[BF_CA_PATH_BYTES];
    struct bf_tls_peer peer = {.host = address->host, .pin = address->pinned ? address->pin : NULL, .ca_file = file};
    if (!address->tls)
        return true;
    char *ca = address->pinned ? NULL : bf_ca_read(file, &peer.ca_bytes, problem, sizeof problem);
    peer.ca = ca;
    errno = 0;
    if (ca || peer.pin) {
        bf_transport_set_wait(link, WAIT_MS);
        link->tls = bf_tls_open(link->fd, &peer, hello_ms, problem, sizeof problem);
    }
    free(ca);
    return link->tls || refuse_tls(out, address->host, address->port, problem);
}

/* The same on a connection to another port of the host that `beside` leads to, if that has it. */
static bool secure_beside(struct bf_link *link, const struct bf_link *beside, int hello_ms, char problem[PROBLEM_BYTES])
{
    if (!beside->tls)
        return true;
    bf_transport_set_wait(link, WAIT_MS);
    link->tls = bf_tls_open_beside(link->fd, beside->tls, hello_ms, problem, PROBLEM_BYTES);
    return link->tls != NULL;
}

/* HELLO on a fresh connection. */
static bool greet(struct bf_link *link, const struct bf_address *address, const struct bf_span *token, const char *use,
                  const struct again *again, int hello_ms, struct bf_prover *prover, struct bf_connection *out)
{
    bf_transport_set_wait(link, WAIT_MS);
    if (say_hello(link, address, token, use, again, prover, after_ms(hello_ms)))
        return true;
    out->given_up = true;
    refuse(out, CONNECTION_FAILED, "%s:%u closes the connection; is a bitfusion server running there?", address->host,
           address->port);
    return false;
}

/* What to do about a connection that failed with errno. */
static const char *remedy(const char *usual)
{
    return errno == EMFILE || errno == ENFILE ? "raise the limit of open files, e.g. ulimit -n 1024" : usual;
}

/* A session for NVML alone is as well made anew. */
static unsigned agreed_resume_s(const struct bf_answer *directions, const char *use)
{
    unsigned ours = use ? 0 : bf_resume_s();
    return directions->resume < ours ? (unsigned)directions->resume : ours;
}

static void keep(const struct bf_link *link, const struct bf_address *address, const struct bf_answer *directions,
                 unsigned resume_s, struct bf_connection *out)
{
    const struct bf_span *token = &directions->token;
    out->link = *link;
    out->way.port = directions->port;
    out->way.resume_s = resume_s;
    out->way.address = *address;
    out->way.token_bytes = token->bytes < BF_TOKEN_BYTES_MAX ? token->bytes : BF_TOKEN_BYTES_MAX;
    memcpy(out->way.token, token->data, out->way.token_bytes);
}

/* The answer is not waited for: it comes with the first reply, and whoever waits for that reads it. */
static void connect_data(const struct bf_link *dispatcher, const struct bf_address *address,
                         const struct bf_answer *directions, const char *use, int connect_ms, int hello_ms,
                         struct bf_connection *out)
{
    char error[128], open_ports[64], problem[PROBLEM_BYTES];
    snprintf(open_ports, sizeof open_ports, "open the ports %d-%d between the two machines", BF_DATA_PORT_MIN,
             BF_DATA_PORT_MAX);
    struct bf_link link = {.fd = bf_reach_beside(dispatcher->fd, directions->port, connect_ms, error, sizeof error)};
    const struct again first = {.resume_s = agreed_resume_s(directions, use)};
    out->given_up = link.fd < 0 && errno == ECONNREFUSED;
    if (link.fd < 0)
        refuse(out, CONNECTION_FAILED, "cannot reach the data port %u of %s: %s; %s", directions->port, address->host,
               error, remedy(open_ports));
    else if ((secure_beside(&link, dispatcher, hello_ms, problem) ||
              refuse_tls(out, address->host, directions->port, problem)) &&
             greet(&link, address, &directions->token, use, &first, hello_ms, NULL, out))
        keep(&link, address, directions, first.resume_s, out);
    else
        bf_transport_close(&link);
}

/* Go where the Dispatcher says, unless what it says of its devices is of no use. */
static void follow(const struct bf_link *dispatcher, const struct bf_address *address,
                   const struct bf_answer *directions, const char *use, int connect_ms, int hello_ms,
                   struct bf_connection *out)
{
    if (!bf_snapshot_decode(directions->snapshot, &out->snapshot)) {
        refuse(out, CONNECTION_FAILED,
               "the server %s:%u describes its devices in a way that this client does not "
               "understand; install the same release on both sides",
               address->host, address->port);
        return;
    }
    out->images = directions->images;
    bool looks = use && strcmp(use, BF_USE_LOOK) == 0;
    if (!looks)
        connect_data(dispatcher, address, directions, use, connect_ms, hello_ms, out);
    if (out->code)
        bf_snapshot_free(&out->snapshot);
}

/* HELLO and what the Dispatcher answers; with the user's token, if there is one. */
static uint8_t *introduce(struct bf_link *link, const struct bf_address *address, const char *use, int hello_ms,
                          struct bf_answer *directions, struct bf_connection *out)
{
    struct bf_prover prover;
    uint8_t *body = NULL;
    if (!bf_prover_begin(&prover, out->problem, sizeof out->problem))
        out->code = CONNECTION_FAILED;
    else if (greet(link, address, NULL, use, NULL, hello_ms, &prover, out))
        body = hear_answer(link, address, hello_ms, &prover, directions, out);
    bf_prover_end(&prover);
    return body;
}

static void attempt(const struct bf_address *address, const char *use, int connect_ms, int hello_ms,
                    struct bf_connection *out)
{
    char error[128];
    struct bf_answer directions;
    *out = (struct bf_connection){.link = {.fd = -1}};
    struct bf_link link = {.fd = bf_reach_host(address->host, address->port, connect_ms, error, sizeof error)};
    if (link.fd < 0) {
        refuse(
            out, CONNECTION_FAILED, "cannot connect to %s:%u: %s; %s", address->host, address->port, error,
            remedy(address->lease[0]
                       ? "if its GPUs have been released, or their time is over, request them again (run, request_gpus)"
                       : "start a server there (flexdirect server) or name another one in BF_SERVERS"));
        return;
    }
    bool secured = secure(&link, address, hello_ms, out);
    uint8_t *body = secured ? introduce(&link, address, use, hello_ms, &directions, out) : NULL;
    if (body)
        follow(&link, address, &directions, use, connect_ms, hello_ms, out);
    bf_transport_close(&link);
    free(body);
}

/* A server does not wait long for a client that says nothing, or that does not come to its CUDA Server. If so much time
 * has passed, this program may have been stopped within the first frames (Ctrl-Z, a debugger), and the server has given
 * it up: that is no reason for it to fail. */
void bf_connect(const struct bf_address *address, const char *use, int connect_ms, int hello_ms,
                struct bf_connection *out)
{
    uint64_t given_up_after = after_ms(hello_ms < BF_CLIENT_COMES_MS ? hello_ms : BF_CLIENT_COMES_MS);
    attempt(address, use, connect_ms, hello_ms, out);
    if (out->code && out->given_up && bf_transport_now_ns() > given_up_after)
        attempt(address, use, connect_ms, hello_ms, out);
}

bool bf_connect_answers(const struct bf_line *beside, const struct bf_way *way, int connect_ms, int hello_ms,
                        struct bf_link *out)
{
    char error[128], problem[PROBLEM_BYTES];
    const struct bf_span token = {way->token, way->token_bytes};
    *out = (struct bf_link){.fd = bf_reach_peer(&beside->peer, way->port, connect_ms, error, sizeof error)};
    if (out->fd < 0)
        return false;
    bf_transport_set_wait(out, WAIT_MS);
    const struct again first = {.resume_s = way->resume_s};
    bool greeted = secure_beside(out, &beside->link, hello_ms, problem) &&
                   say_hello(out, NULL, &token, BF_USE_ANSWERS, &first, NULL, after_ms(hello_ms));
    if (!greeted)
        bf_transport_close(out);
    return greeted;
}

enum bf_again bf_connect_again(const struct bf_line *line, const struct bf_way *way, const char *use, uint64_t taken,
                               int limit_ms, struct bf_link *link, uint64_t *theirs, char *problem, size_t room)
{
    struct bf_address address = way->address;
    const struct bf_span token = {way->token, way->token_bytes};
    const struct again again = {way->resume_s, true, taken};
    struct bf_connection heard = {0};
    struct bf_prover prover = {0};   /* The token of the session is proof enough. */
    struct bf_answer answer;
    address.port = way->port;
    *link = (struct bf_link){.fd = bf_reach_peer(&line->peer, way->port, limit_ms, problem, room)};
    if (link->fd < 0)
        return errno == ECONNREFUSED ? BF_AGAIN_NOBODY : BF_AGAIN_LATER;
    bool greeted = (secure_beside(link, &line->link, limit_ms, heard.problem) &&
                    greet(link, &address, &token, use, &again, limit_ms, NULL, &heard));
    uint8_t *body = greeted ? hear_answer(link, &address, limit_ms, &prover, &answer, &heard) : NULL;
    bool resumes = body && answer.resumes;
    *theirs = resumes ? answer.resume : 0;
    free(body);
    if (resumes)
        return BF_AGAIN_DONE;
    snprintf(problem, room, "%s", body ? "it does not resume sessions" : heard.problem);
    bf_transport_close(link);
    return body || heard.refused ? BF_AGAIN_NEVER : BF_AGAIN_LATER;
}
