/* Which servers the user named: BF_SERVERS, BF_ADAPTOR_PATH or the default files. Reads text, opens no connection. */
#ifndef BF_SERVERS_H
#define BF_SERVERS_H

#include <stdbool.h>
#include <stddef.h>

enum { BF_SERVERS_MAX = 64, BF_HOST_BYTES = 256 };

struct bf_address {
    char host[BF_HOST_BYTES];
    unsigned port;
};

struct bf_addresses {
    struct bf_address each[BF_SERVERS_MAX];
    size_t count;
    char source[512];    /* where the list comes from, for messages */
    char problem[768];   /* what is wrong with it; empty if nothing is */
};

/* One host, host:port, [IPv6] or [IPv6]:port, without spaces around it. */
bool bf_servers_parse_one(const char *text, size_t bytes, struct bf_address *out);

/* A list separated by ';' or ',' or line ends; '#' begins a comment that runs to the end of the line. */
void bf_servers_parse(const char *text, struct bf_addresses *out);

/* The list that this process is to use. A problem, or no list at all, is told in `problem`. */
void bf_servers_find(struct bf_addresses *out);

#endif
