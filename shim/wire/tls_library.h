/* What libbftls.so does for the wire: TLS 1.3 of a client, as a function of bytes. It has no socket, reads no clock and
 * never waits.
 *
 * It is a library of its own, beside those that use it, because it has OpenSSL inside: a program that names no tls://
 * address never loads it. Only the table of these functions is exported from it, so a program's own OpenSSL and this
 * one know nothing of each other.
 *
 * A session is used by one thread at a time. */
#ifndef BF_TLS_LIBRARY_H
#define BF_TLS_LIBRARY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { BF_TLS_LIBRARY_VERSION = 1, BF_FINGERPRINT_BYTES = 32 }; /* SHA-256 of a certificate in DER */

/* Records: those that came, or those that are to go. [at, end) is what there is. It never moves, so that bytes at the
 * front may be sent while more are put behind them. */
struct bf_tls_bytes {
    uint8_t *bytes;
    size_t at, end, room;
};

/* Whom to trust: the one certificate with the fingerprint `pin`; or, if that is NULL, any for `host` (a name, or an IP
 * address) that one of these CAs has signed: text with certificates in PEM, and the name of its file, for messages. */
struct bf_tls_peer {
    const char *host;
    const uint8_t *pin;
    const char *ca, *ca_file;
    size_t ca_bytes;
};

struct bf_tls_session;

/* Of read and write, when nothing was read or written. */
enum { BF_TLS_MORE = 0, BF_TLS_ENDED = -1, BF_TLS_BROKEN = -2 };

struct bf_tls_library {
    unsigned version; /* first, in every version */
    /* NULL, and a problem that can stand behind the server's name, if the peer cannot be trusted whoever it is. */
    struct bf_tls_session *(*open)(const struct bf_tls_peer *peer, struct bf_tls_bytes *in, struct bf_tls_bytes *out,
                                   char *problem, size_t room);
    /* Another session with the same trust; `other` may be in use. */
    struct bf_tls_session *(*open_beside)(struct bf_tls_session *other, struct bf_tls_bytes *in,
                                          struct bf_tls_bytes *out);
    /* The handshake, as far as it gets: 1 it is over; 0 the peer is to say something; -1, and a problem. Whatever the
     * result, what is in `out` is to be sent. */
    int (*shake)(struct bf_tls_session *session, char *problem, size_t room);
    /* Then: bytes, at most those of one record; MORE until more records are in `in`, or there is room in `out`. */
    ptrdiff_t (*read)(struct bf_tls_session *session, uint8_t *data, size_t room);
    ptrdiff_t (*write)(struct bf_tls_session *session, const uint8_t *data, size_t bytes);
    /* Whether read would give something without more records. */
    bool (*is_readable)(struct bf_tls_session *session);
    /* Of the peer's certificate, once the handshake is over. */
    const uint8_t *(*fingerprint)(const struct bf_tls_session *session);
    /* The last record into `out`. */
    void (*end)(struct bf_tls_session *session);
    void (*close)(struct bf_tls_session *session);
};

/* The only name that is exported. */
#define BF_TLS_LIBRARY_NAME "bf_tls_library"

#endif
