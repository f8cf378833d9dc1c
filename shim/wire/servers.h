/* Which servers the user named: BF_SERVERS, BF_ADAPTOR_PATH or the default files. Reads text, opens no connection. */
#ifndef BF_SERVERS_H
#define BF_SERVERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../generated/limits.h"
#include "tls_library.h"

enum { BF_HOST_BYTES = 256, BF_LEASE_BYTES = 37 };   /* a domain name has at most 253 characters, a UUID has 36 */

struct bf_address {
    char host[BF_HOST_BYTES];
    unsigned port;
    bool tls, pinned;                   /* tls://, and with a fingerprint: then only this certificate is trusted */
    uint8_t pin[BF_FINGERPRINT_BYTES];
    char lease[BF_LEASE_BYTES];   /* that these GPUs were lent under, or empty: then whoever listens there will do */
    uint64_t part_begin, part_end;   /* where its device memory is to be, so that none is another's; 0: anywhere */
};

struct bf_addresses {
    struct bf_address each[BF_SERVERS_MAX];
    size_t count;
    char source[512];    /* where the list comes from, for messages */
    char problem[768];   /* what is wrong with it; empty if nothing is */
};

/* A list as BF_SERVERS has it: addresses separated by ';', one closing ';' allowed. An address is host, host:port,
 * an IPv6 address, [IPv6] or [IPv6]:port, may have tls:// or tls://FINGERPRINT@ before it and be followed by #LEASE. src/bitfusion/config/adaptor.py reads the
 * same; a test compares the two. */
void bf_servers_parse_list(const char *text, struct bf_addresses *out);

/* A file: one address a line; blank lines and what follows '#' are ignored, but for `# lease LEASE` as request_gpus
 * writes it. */
void bf_servers_parse_file(const char *text, struct bf_addresses *out);

/* The list that this process is to use. A problem, or no list at all, is told in `problem`. */
void bf_servers_find(struct bf_addresses *out);

#endif
