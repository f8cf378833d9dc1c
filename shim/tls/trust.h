/* Whom a client trusts: an SSL_CTX that checks certificates, and the reason why one is refused. */
#ifndef BF_TRUST_H
#define BF_TRUST_H

#include <openssl/ssl.h>

#include "../wire/tls_library.h"

struct bf_trust;

/* NULL and a problem, or one that bf_trust_drop ends. */
struct bf_trust *bf_trust_make(const struct bf_tls_peer *peer, char *problem, size_t room);
struct bf_trust *bf_trust_share(struct bf_trust *trust);
void bf_trust_drop(struct bf_trust *trust);

/* A session with the peer's name in its first message. NULL: no memory. */
SSL *bf_trust_begin(struct bf_trust *trust);

/* Why the handshake failed on this thread just now, behind the server's name: "speaks no TLS; ...". */
void bf_trust_explain(const struct bf_trust *trust, SSL *ssl, char *problem, size_t room);

/* False: there is no certificate. */
bool bf_trust_fingerprint(const X509 *certificate, uint8_t out[BF_FINGERPRINT_BYTES]);

#endif
