/* Which servers the user named. */
#include "servers.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "generated/limits.h"

enum { FILE_BYTES_MAX = 64 << 10 };

static bool parse_port(const char *text, size_t bytes, unsigned *port)
{
    unsigned value = 0;
    for (size_t i = 0; i < bytes; i++) {
        if (text[i] < '0' || text[i] > '9' || i >= 5)
            return false;
        value = value * 10 + (unsigned)(text[i] - '0');
    }
    *port = value;
    return bytes && value >= 1 && value <= 65535;
}

static bool is_host(const char *text, size_t bytes, bool v6)
{
    if (!bytes || bytes >= BF_HOST_BYTES)
        return false;
    for (size_t i = 0; i < bytes; i++) {
        char c = text[i];
        bool alphanumeric = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (!alphanumeric && !strchr(v6 ? ":.%_-" : "._-", c))
            return false;
    }
    return true;
}

bool bf_servers_parse_one(const char *text, size_t bytes, struct bf_address *out)
{
    const char *host = text, *rest;
    size_t host_bytes;
    bool bracketed = bytes && text[0] == '[';
    if (bracketed) {
        const char *close = memchr(text, ']', bytes);
        if (!close)
            return false;
        host++;
        host_bytes = (size_t)(close - host);
        rest = close + 1;
    } else {
        const char *colon = memchr(text, ':', bytes);
        host_bytes = colon ? (size_t)(colon - text) : bytes;
        rest = text + host_bytes;
    }
    size_t rest_bytes = (size_t)(text + bytes - rest);
    unsigned port = BF_DISPATCHER_PORT;
    if (!is_host(host, host_bytes, bracketed) ||
        (rest_bytes && (rest[0] != ':' || !parse_port(rest + 1, rest_bytes - 1, &port))))
        return false;
    memcpy(out->host, host, host_bytes);
    out->host[host_bytes] = 0;
    out->port = port;
    return true;
}

static void add(const char *text, size_t bytes, struct bf_addresses *out)
{
    while (bytes && strchr(" \t\r", text[0])) {
        text++;
        bytes--;
    }
    while (bytes && strchr(" \t\r", text[bytes - 1]))
        bytes--;
    if (!bytes || out->problem[0])
        return;
    if (out->count == BF_SERVERS_MAX)
        snprintf(out->problem, sizeof out->problem, "more than %d servers", (int)BF_SERVERS_MAX);
    else if (bf_servers_parse_one(text, bytes, &out->each[out->count]))
        out->count++;
    else
        snprintf(out->problem, sizeof out->problem, "'%.*s' is not host, host:port, [IPv6] or [IPv6]:port",
                 (int)(bytes < 100 ? bytes : 100), text);
}

void bf_servers_parse(const char *text, struct bf_addresses *out)
{
    while (*text) {
        size_t bytes = strcspn(text, ";,\n#");
        add(text, bytes, out);
        text += bytes;
        if (*text == '#')
            text += strcspn(text, "\n");
        if (*text)
            text++;
    }
}

/* False if there is no such file. */
static bool parse_file(const char *path, struct bf_addresses *out)
{
    static const char too_large[] = "the file is larger than a server list can be";
    FILE *file = fopen(path, "re");
    if (!file && errno == ENOENT)
        return false;
    snprintf(out->source, sizeof out->source, "%s", path);
    char *text = malloc(FILE_BYTES_MAX + 1);
    size_t bytes = file && text ? fread(text, 1, FILE_BYTES_MAX, file) : 0;
    if (!file || !text || ferror(file)) {
        snprintf(out->problem, sizeof out->problem, "%s", strerror(errno));
    } else if (bytes == FILE_BYTES_MAX) {
        snprintf(out->problem, sizeof out->problem, "%s", too_large);
    } else {
        text[bytes] = 0;
        bf_servers_parse(text, out);
    }
    free(text);
    if (file)
        fclose(file);
    return true;
}

static void find(struct bf_addresses *out)
{
    const char *list = getenv("BF_SERVERS"), *named = getenv("BF_ADAPTOR_PATH"), *home = getenv("HOME");
    char personal[512];
    if (list && *list) {
        snprintf(out->source, sizeof out->source, "BF_SERVERS");
        bf_servers_parse(list, out);
        return;
    }
    if (named && *named) {
        if (!parse_file(named, out)) {
            snprintf(out->source, sizeof out->source, "BF_ADAPTOR_PATH=%.400s", named);
            snprintf(out->problem, sizeof out->problem, "there is no such file");
        }
        return;
    }
    snprintf(personal, sizeof personal, "%s/.bitfusionio/adaptor.conf", home ? home : "");
    if ((home && parse_file(personal, out)) || parse_file("/etc/bitfusionio/adaptor.conf", out))
        return;
    snprintf(out->problem, sizeof out->problem,
             "no server is named: set BF_SERVERS=host[:port], or write one host a line into ~/.bitfusionio/adaptor.conf");
}

void bf_servers_find(struct bf_addresses *out)
{
    out->count = 0;
    out->source[0] = out->problem[0] = 0;
    find(out);
    if (!out->count && !out->problem[0])
        snprintf(out->problem, sizeof out->problem, "it names no server");
    if (out->problem[0])
        out->count = 0;
}
