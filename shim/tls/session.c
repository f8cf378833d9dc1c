/* A TLS session between two places for records, by OpenSSL. */
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../generated/limits.h"
#include "trust.h"

struct bf_tls_session {
    SSL *ssl;
    struct bf_trust *trust;
    uint64_t records;   /* under these keys, both ways */
    uint8_t fingerprint[BF_FINGERPRINT_BYTES];
};

struct places {
    struct bf_tls_bytes *in, *out;
};

static BIO_METHOD *method;

static int take(BIO *bio, char *data, int room)
{
    struct bf_tls_bytes *in = ((struct places *)BIO_get_data(bio))->in;
    size_t have = in->end - in->at, taken = have < (size_t)room ? have : (size_t)room;
    BIO_clear_retry_flags(bio);
    if (!taken) {
        BIO_set_retry_read(bio);
        return -1;
    }
    memcpy(data, in->bytes + in->at, taken);
    in->at += taken;
    return (int)taken;
}

static int put(BIO *bio, const char *data, int bytes)
{
    struct bf_tls_bytes *out = ((struct places *)BIO_get_data(bio))->out;
    size_t free_bytes = out->room - out->end, taken = free_bytes < (size_t)bytes ? free_bytes : (size_t)bytes;
    BIO_clear_retry_flags(bio);
    if (!taken) {
        BIO_set_retry_write(bio);
        return -1;
    }
    memcpy(out->bytes + out->end, data, taken);
    out->end += taken;
    return (int)taken;
}

static long control(BIO *bio, int what, long number, void *pointer)
{
    (void)bio, (void)number, (void)pointer;
    return what == BIO_CTRL_FLUSH;
}

static int destroy(BIO *bio)
{
    free(BIO_get_data(bio));
    return 1;
}

/* Before anything else of OpenSSL: neither its configuration file nor a function at exit. */
static void begin(void)
{
    bool begun = OPENSSL_init_ssl(OPENSSL_INIT_NO_LOAD_CONFIG | OPENSSL_INIT_NO_ATEXIT, NULL) == 1;
    method = begun ? BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "places") : NULL;
    if (method) {
        BIO_meth_set_read(method, take);
        BIO_meth_set_write(method, put);
        BIO_meth_set_ctrl(method, control);
        BIO_meth_set_destroy(method, destroy);
    }
}

static bool join(SSL *ssl, struct bf_tls_bytes *in, struct bf_tls_bytes *out)
{
    BIO *bio = BIO_new(method);
    struct places *places = bio ? malloc(sizeof *places) : NULL;
    if (!places) {
        BIO_free(bio);
        return false;
    }
    *places = (struct places){in, out};
    BIO_set_data(bio, places);
    BIO_set_init(bio, 1);
    SSL_set_bio(ssl, bio, bio);
    return true;
}

static void close_session(struct bf_tls_session *session)
{
    if (!session)
        return;
    SSL_free(session->ssl);
    bf_trust_drop(session->trust);
    free(session);
}

/* Takes the trust over. */
static struct bf_tls_session *open_with(struct bf_trust *trust, struct bf_tls_bytes *in, struct bf_tls_bytes *out)
{
    struct bf_tls_session *session = calloc(1, sizeof *session);
    if (!session) {
        bf_trust_drop(trust);
        return NULL;
    }
    session->trust = trust;
    session->ssl = bf_trust_begin(trust);
    if (session->ssl && join(session->ssl, in, out))
        return session;
    close_session(session);
    return NULL;
}

static struct bf_tls_session *open_session(const struct bf_tls_peer *peer, struct bf_tls_bytes *in,
                                           struct bf_tls_bytes *out, char *problem, size_t room)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, begin);
    ERR_clear_error();
    struct bf_trust *trust = method ? bf_trust_make(peer, problem, room) : NULL;
    if (!method)
        snprintf(problem, room, "cannot be spoken to with TLS: OpenSSL does not begin");
    if (!trust)
        return NULL;
    struct bf_tls_session *session = open_with(trust, in, out);
    if (!session)
        snprintf(problem, room, "cannot be spoken to with TLS: out of memory");
    return session;
}

static struct bf_tls_session *open_beside(struct bf_tls_session *other, struct bf_tls_bytes *in,
                                          struct bf_tls_bytes *out)
{
    ERR_clear_error();
    return open_with(bf_trust_share(other->trust), in, out);
}

static int shake(struct bf_tls_session *session, char *problem, size_t room)
{
    ERR_clear_error();
    int result = SSL_do_handshake(session->ssl), error = SSL_get_error(session->ssl, result);
    if (result == 1 && bf_trust_fingerprint(SSL_get0_peer_certificate(session->ssl), session->fingerprint))
        return 1;
    if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE)
        return 0;
    bf_trust_explain(session->trust, session->ssl, problem, room);
    return -1;
}

static ptrdiff_t outcome(const struct bf_tls_session *session, int result)
{
    switch (SSL_get_error(session->ssl, result)) {
    case SSL_ERROR_WANT_READ:
    case SSL_ERROR_WANT_WRITE: return BF_TLS_MORE;
    case SSL_ERROR_ZERO_RETURN: return BF_TLS_ENDED;
    default: return BF_TLS_BROKEN;
    }
}

static ptrdiff_t read_session(struct bf_tls_session *session, uint8_t *data, size_t room)
{
    size_t got = 0;
    ERR_clear_error();
    int result = SSL_read_ex(session->ssl, data, room, &got);
    session->records += got > 0;
    return result == 1 ? (ptrdiff_t)got : outcome(session, result);
}

/* The keys of AES-GCM are good for so many records (RFC 8446, 5.5), and OpenSSL does not count. */
static void renew_keys(struct bf_tls_session *session)
{
    if (session->records >= BF_TLS_KEY_RECORDS_MAX && SSL_key_update(session->ssl, SSL_KEY_UPDATE_REQUESTED) == 1)
        session->records = 0;
}

static ptrdiff_t write_session(struct bf_tls_session *session, const uint8_t *data, size_t bytes)
{
    size_t put_bytes = 0;
    ERR_clear_error();
    renew_keys(session);
    int result = SSL_write_ex(session->ssl, data, bytes, &put_bytes);
    session->records += put_bytes > 0;
    return result == 1 ? (ptrdiff_t)put_bytes : outcome(session, result);
}

static bool is_readable(struct bf_tls_session *session)
{
    return SSL_pending(session->ssl) > 0;
}

static const uint8_t *fingerprint(const struct bf_tls_session *session)
{
    return session->fingerprint;
}

static void end(struct bf_tls_session *session)
{
    ERR_clear_error();
    if (!SSL_in_init(session->ssl))
        (void)SSL_shutdown(session->ssl);
}

extern const struct bf_tls_library bf_tls_library;
__attribute__((visibility("default"))) const struct bf_tls_library bf_tls_library = {
    .version = BF_TLS_LIBRARY_VERSION,
    .open = open_session,
    .open_beside = open_beside,
    .shake = shake,
    .read = read_session,
    .write = write_session,
    .is_readable = is_readable,
    .fingerprint = fingerprint,
    .end = end,
    .close = close_session,
};
