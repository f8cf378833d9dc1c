/* Whom a client trusts, by OpenSSL's own checks. */
#include "trust.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HOST_BYTES = 256, NAMES_BYTES = 200, DIGITS = 2 * BF_FINGERPRINT_BYTES + 1 };

struct bf_trust {
    _Atomic unsigned users;
    SSL_CTX *context;
    char host[HOST_BYTES];   /* without the zone of a link-local address */
    bool is_address, is_pinned;
    uint8_t pin[BF_FINGERPRINT_BYTES];
    char ca_file[512];
};

/* With AES in hardware its 128-bit form is the fastest that TLS 1.3 has, and no weaker in use. */
static const char *preferred_ciphers(void)
{
    return __builtin_cpu_supports("aes") && __builtin_cpu_supports("pclmul")
               ? "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256"
               : "TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384";
}

bool bf_trust_fingerprint(const X509 *certificate, uint8_t out[BF_FINGERPRINT_BYTES])
{
    unsigned bytes = 0;
    uint8_t digest[EVP_MAX_MD_SIZE];
    bool made = certificate && X509_digest(certificate, EVP_sha256(), digest, &bytes) == 1 &&
                bytes == BF_FINGERPRINT_BYTES;
    if (made)
        memcpy(out, digest, BF_FINGERPRINT_BYTES);
    return made;
}

static bool has_pin(const struct bf_trust *trust, const X509 *certificate)
{
    uint8_t shown[BF_FINGERPRINT_BYTES];
    return bf_trust_fingerprint(certificate, shown) && CRYPTO_memcmp(shown, trust->pin, sizeof shown) == 0;
}

/* In place of OpenSSL's check of the chain: a certificate that is pinned is trusted itself, whatever it says. That the
 * peer has its key is checked all the same. One that is refused is kept for the explanation. */
static int check(X509_STORE_CTX *store, void *argument)
{
    const struct bf_trust *trust = argument;
    X509 *certificate = X509_STORE_CTX_get0_cert(store);
    SSL *ssl = X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx());
    bool good = trust->is_pinned ? has_pin(trust, certificate) : X509_verify_cert(store) == 1;
    if (trust->is_pinned)
        X509_STORE_CTX_set_error(store, good ? X509_V_OK : X509_V_ERR_CERT_REJECTED);
    if (!good && X509_up_ref(certificate))
        SSL_set_app_data(ssl, certificate);
    return good;
}

/* How many certificates of this text are trusted now. */
static unsigned take_certificates(X509_STORE *store, const struct bf_tls_peer *peer)
{
    BIO *text = BIO_new_mem_buf(peer->ca, (int)peer->ca_bytes);
    unsigned count = 0;
    for (X509 *one; text && (one = PEM_read_bio_X509(text, NULL, NULL, NULL)) != NULL; X509_free(one))
        count += X509_STORE_add_cert(store, one) == 1;
    BIO_free(text);
    ERR_clear_error();
    return count;
}

static bool load_ca(struct bf_trust *trust, const struct bf_tls_peer *peer, char *problem, size_t room)
{
    X509_VERIFY_PARAM *checks = SSL_CTX_get0_param(trust->context);
    snprintf(trust->ca_file, sizeof trust->ca_file, "%s", peer->ca_file);
    if (!take_certificates(SSL_CTX_get_cert_store(trust->context), peer)) {
        snprintf(problem, room, "cannot be trusted: %s has no certificate in PEM; name the CA's file in BF_TLS_CA",
                 trust->ca_file);
        return false;
    }
    /* Who names a certificate in that file trusts it, also if it is not that of a CA above all others. */
    X509_VERIFY_PARAM_set_flags(checks, X509_V_FLAG_PARTIAL_CHAIN);
    X509_VERIFY_PARAM_set_hostflags(checks, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
    trust->is_address = X509_VERIFY_PARAM_set1_ip_asc(checks, trust->host) == 1;
    bool named = trust->is_address || X509_VERIFY_PARAM_set1_host(checks, trust->host, 0) == 1;
    if (!named)
        snprintf(problem, room, "has a name that no certificate can have");
    return named;
}

static bool prepare(struct bf_trust *trust, const struct bf_tls_peer *peer, char *problem, size_t room)
{
    snprintf(problem, room, "cannot be spoken to with TLS: out of memory");
    trust->context = SSL_CTX_new(TLS_client_method());
    if (!trust->context || SSL_CTX_set_min_proto_version(trust->context, TLS1_3_VERSION) != 1 ||
        SSL_CTX_set_ciphersuites(trust->context, preferred_ciphers()) != 1)
        return false;
    SSL_CTX_set_mode(trust->context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_set_session_cache_mode(trust->context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_verify(trust->context, SSL_VERIFY_PEER, NULL);
    SSL_CTX_set_cert_verify_callback(trust->context, check, trust);
    return trust->is_pinned || load_ca(trust, peer, problem, room);
}

struct bf_trust *bf_trust_make(const struct bf_tls_peer *peer, char *problem, size_t room)
{
    struct bf_trust *trust = calloc(1, sizeof *trust);
    if (!trust) {
        snprintf(problem, room, "cannot be spoken to with TLS: out of memory");
        return NULL;
    }
    atomic_store(&trust->users, 1);
    trust->is_pinned = peer->pin != NULL;
    snprintf(trust->host, sizeof trust->host, "%.*s", (int)strcspn(peer->host, "%"), peer->host);
    if (peer->pin)
        memcpy(trust->pin, peer->pin, sizeof trust->pin);
    if (prepare(trust, peer, problem, room))
        return trust;
    bf_trust_drop(trust);
    return NULL;
}

struct bf_trust *bf_trust_share(struct bf_trust *trust)
{
    atomic_fetch_add(&trust->users, 1);
    return trust;
}

void bf_trust_drop(struct bf_trust *trust)
{
    if (atomic_fetch_sub(&trust->users, 1) > 1)
        return;
    SSL_CTX_free(trust->context);
    free(trust);
}

SSL *bf_trust_begin(struct bf_trust *trust)
{
    SSL *ssl = SSL_new(trust->context);
    /* An address is never told: RFC 6066. */
    bool told = trust->is_address || strchr(trust->host, ':') || !ssl ||
                SSL_set_tlsext_host_name(ssl, trust->host) == 1;
    if (ssl && told) {
        SSL_set_connect_state(ssl);
        return ssl;
    }
    SSL_free(ssl);
    return NULL;
}

static void show_fingerprint(const X509 *certificate, char out[DIGITS])
{
    uint8_t shown[BF_FINGERPRINT_BYTES] = {0};
    (void)bf_trust_fingerprint(certificate, shown);
    for (size_t i = 0; i < sizeof shown; i++)
        snprintf(out + 2 * i, 3, "%02x", shown[i]);
}

/* One name or address of a certificate, which anybody may have written. */
static void show_name(const GENERAL_NAME *name, char *out, size_t room)
{
    int kind;
    const ASN1_STRING *value = GENERAL_NAME_get0_value(name, &kind);
    const uint8_t *data = kind == GEN_DNS || kind == GEN_IPADD ? ASN1_STRING_get0_data(value) : NULL;
    int bytes = data ? ASN1_STRING_length(value) : 0;
    out[0] = 0;
    if (kind == GEN_IPADD && bytes == 4)
        snprintf(out, room, "%u.%u.%u.%u", data[0], data[1], data[2], data[3]);
    for (int i = 0; kind == GEN_IPADD && bytes == 16 && i < 16; i += 2)
        snprintf(out + strlen(out), room - strlen(out), "%s%x", i ? ":" : "", data[i] << 8 | data[i + 1]);
    for (int i = 0; kind == GEN_DNS && i < bytes && strlen(out) + 1 < room; i++)
        snprintf(out + strlen(out), 2, "%c", data[i] > ' ' && data[i] < 0x7f ? data[i] : '?');
}

static void show_names(X509 *certificate, char *out, size_t room)
{
    GENERAL_NAMES *names = X509_get_ext_d2i(certificate, NID_subject_alt_name, NULL, NULL);
    size_t used = 0;
    out[0] = 0;
    for (int i = 0; i < sk_GENERAL_NAME_num(names); i++) {
        char one[128];
        show_name(sk_GENERAL_NAME_value(names, i), one, sizeof one);
        if (!one[0] || used + strlen(one) + 8 > room)
            continue;
        used += (size_t)snprintf(out + used, room - used, "%s%s", used ? ", " : "", one);
    }
    GENERAL_NAMES_free(names);
    if (!used)
        snprintf(out, room, "no name at all");
}

static void explain_certificate(const struct bf_trust *trust, X509 *certificate, long why, char *problem, size_t room)
{
    char print[DIGITS], names[NAMES_BYTES];
    const char *reason = X509_verify_cert_error_string(why);
    show_fingerprint(certificate, print);
    if (trust->is_pinned)
        snprintf(problem, room,
                 "has not the certificate that is pinned, but one with the fingerprint %s; if that is "
                 "the server's new one, pin it, else somebody is between you and the server",
                 print);
    else if (why == X509_V_ERR_HOSTNAME_MISMATCH || why == X509_V_ERR_IP_ADDRESS_MISMATCH) {
        show_names(certificate, names, sizeof names);
        snprintf(problem, room, "has a certificate for %s; name the server so, or give it a certificate for this name",
                 names);
    } else if (why == X509_V_ERR_CERT_HAS_EXPIRED)
        snprintf(problem, room, "has a certificate that has expired; renew it there, or look at this machine's clock");
    else if (why == X509_V_ERR_CERT_NOT_YET_VALID)
        snprintf(problem, room, "has a certificate that is not valid yet; look at the clocks of both machines");
    else
        snprintf(problem, room,
                 "has a certificate that is not trusted: no CA in %s has signed it (%s); name its CA in "
                 "BF_TLS_CA, or pin it as tls://%s@... if this is the server's fingerprint",
                 trust->ca_file, reason, print);
}

static void explain_error(char *problem, size_t room)
{
    unsigned long error = ERR_peek_error();
    const char *reason = ERR_reason_error_string(error);
    switch (ERR_GET_REASON(error)) {
    case SSL_R_WRONG_VERSION_NUMBER:
    case SSL_R_HTTP_REQUEST:
    case SSL_R_PACKET_LENGTH_TOO_LONG:
        snprintf(problem, room,
                 "speaks no TLS; name it without tls://, or start that server with --tls-cert and "
                 "--tls-key");
        return;
    case SSL_R_UNSUPPORTED_PROTOCOL:
    case SSL_R_TLSV1_ALERT_PROTOCOL_VERSION:
        snprintf(problem, room, "speaks an older TLS than 1.3; is a bitfusion server running there?");
        return;
    default:
        snprintf(problem, room, "fails in the TLS handshake: %s; look at its log", reason ? reason : "no reason given");
    }
}

void bf_trust_explain(const struct bf_trust *trust, SSL *ssl, char *problem, size_t room)
{
    X509 *refused = SSL_get_app_data(ssl);
    SSL_set_app_data(ssl, NULL);
    if (refused)
        explain_certificate(trust, refused, SSL_get_verify_result(ssl), problem, room);
    else
        explain_error(problem, room);
    X509_free(refused);
}
