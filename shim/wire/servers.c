/* Which servers the user named. */
#include "servers.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "../../libcuda/environment.h"

enum { NAME_BYTES = 32, MISTAKES_MAX = 3 };   /* of the name of a variable */

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

static bool is_made_of(const char *text, size_t bytes, const char *marks, bool hexadecimal)
{
    for (size_t i = 0; i < bytes; i++) {
        char c = text[i], last = hexadecimal ? 'f' : 'z', upper = hexadecimal ? 'F' : 'Z';
        bool alphanumeric = (c >= '0' && c <= '9') || (c >= 'a' && c <= last) || (c >= 'A' && c <= upper);
        if (!c || (!alphanumeric && !strchr(marks, c)))
            return false;
    }
    return bytes && bytes < BF_HOST_BYTES;
}

static size_t count_colons(const char *text, size_t bytes)
{
    size_t count = 0;
    for (size_t i = 0; i < bytes; i++)
        count += text[i] == ':';
    return count;
}

/* An address, and perhaps the zone of a link-local one: fe80::1%eth0. */
static bool is_v6(const char *text, size_t bytes)
{
    const char *percent = memchr(text, '%', bytes);
    size_t address = percent ? (size_t)(percent - text) : bytes;
    return bytes < BF_HOST_BYTES && count_colons(text, address) >= 2 && is_made_of(text, address, ":.", true) &&
           (!percent || is_made_of(percent + 1, bytes - address - 1, "._-", false));
}

static int digit(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

/* tls:// or tls://FINGERPRINT@ at the beginning, which is taken off. False: the fingerprint is none. */
static bool parse_tls(const char **text, size_t *bytes, struct bf_address *out)
{
    static const char scheme[] = "tls://";
    size_t scheme_bytes = sizeof scheme - 1;
    out->tls = *bytes >= scheme_bytes && memcmp(*text, scheme, scheme_bytes) == 0;
    out->pinned = false;
    if (!out->tls)
        return true;
    *text += scheme_bytes;
    *bytes -= scheme_bytes;
    const char *at = memchr(*text, '@', *bytes);
    size_t digits = at ? (size_t)(at - *text) : 0;
    if (!at)
        return true;
    for (size_t i = 0; i < digits && digits == 2 * sizeof out->pin; i++) {
        if (digit((*text)[i]) < 0)
            return false;
        out->pin[i / 2] = (uint8_t)((i % 2 ? out->pin[i / 2] << 4 : 0) | digit((*text)[i]));
    }
    *text = at + 1;
    *bytes -= digits + 1;
    out->pinned = true;
    return digits == 2 * sizeof out->pin;
}

/* Without spaces around it. */
static bool parse_one(const char *text, size_t bytes, struct bf_address *out)
{
    const char *host = text, *rest = text + bytes;
    bool bracketed = bytes && text[0] == '[', v6 = bracketed || count_colons(text, bytes) > 1;
    if (bracketed) {
        host++;
        rest = memchr(text, ']', bytes);
    } else if (!v6) {
        const char *colon = memchr(text, ':', bytes);
        rest = colon ? colon : rest;
    }
    if (!rest)
        return false;
    size_t host_bytes = (size_t)(rest - host);
    rest += bracketed;
    size_t rest_bytes = (size_t)(text + bytes - rest);
    unsigned port = BF_DISPATCHER_PORT;
    if (v6 ? !is_v6(host, host_bytes) : !is_made_of(host, host_bytes, "._-", false))
        return false;
    if (rest_bytes && (rest[0] != ':' || !parse_port(rest + 1, rest_bytes - 1, &port)))
        return false;
    memcpy(out->host, host, host_bytes);
    out->host[host_bytes] = 0;
    out->port = port;
    out->lease[0] = 0;
    return true;
}

static void trim(const char **text, size_t *bytes)
{
    for (; *bytes && strchr(" \t\r\n", (*text)[0]); ++*text)
        --*bytes;
    while (*bytes && strchr(" \t\r\n", (*text)[*bytes - 1]))
        --*bytes;
}

static bool parse_lease(const char *text, size_t bytes, struct bf_address *out)
{
    size_t lease_bytes = BF_LEASE_BYTES - 1;
    if (bytes < lease_bytes || !is_made_of(text, lease_bytes, "-", true) ||
        (bytes > lease_bytes && text[lease_bytes] != ' '))
        return false;
    memcpy(out->lease, text, lease_bytes);
    out->lease[lease_bytes] = 0;
    return true;
}

/* What follows '#': in a list a lease and nothing else, in a file any comment. */
static bool parse_rest(const char *text, size_t bytes, bool in_file, struct bf_address *out)
{
    static const char word[] = "lease ";
    if (!in_file)
        return bytes == BF_LEASE_BYTES - 1 && parse_lease(text, bytes, out);
    trim(&text, &bytes);
    if (bytes > sizeof word && !memcmp(text, word, sizeof word - 1))
        (void)parse_lease(text + sizeof word - 1, bytes - (sizeof word - 1), out);
    return true;
}

static bool is_named_before(const struct bf_addresses *list)
{
    const struct bf_address *last = &list->each[list->count];
    for (size_t i = 0; i < list->count; i++)
        if (last->port == list->each[i].port && !strcasecmp(last->host, list->each[i].host))
            return true;
    return false;
}

/* `line`: of the file, 0 in a list. Only the first mistake is told. A server that is named twice would count its
 * GPUs twice. */
static void add(const char *text, size_t bytes, unsigned line, struct bf_addresses *out)
{
    char where[32] = "";
    trim(&text, &bytes);
    const char *rest = memchr(text, '#', bytes), *end = text + bytes;
    if (rest) {
        bytes = (size_t)(rest++ - text);
        trim(&text, &bytes);
    }
    size_t whole = line ? bytes : (size_t)(end - text);
    int shown = (int)(whole < 100 ? whole : 100);
    struct bf_address *at = &out->each[out->count];
    const char *address = text;
    size_t address_bytes = bytes;
    if (out->problem[0] || (line && !bytes))
        return;
    if (line)
        snprintf(where, sizeof where, "line %u: ", line);
    if (out->count == BF_SERVERS_MAX)
        snprintf(out->problem, sizeof out->problem, "%smore than %d servers", where, (int)BF_SERVERS_MAX);
    else if (!parse_tls(&address, &address_bytes, at))
        snprintf(out->problem, sizeof out->problem, "%s'%.*s' has a fingerprint that is not 64 hexadecimal digits",
                 where, shown, text);
    else if (!parse_one(address, address_bytes, at) || (rest && !parse_rest(rest, (size_t)(end - rest), line > 0, at)))
        snprintf(out->problem, sizeof out->problem,
                 "%s'%.*s' is not host, host:port, IPv6 or [IPv6]:port, with tls:// or tls://FINGERPRINT@ before it or "
                 "without",
                 where, shown, text);
    else if (is_named_before(out))
        snprintf(out->problem, sizeof out->problem, "%s'%.*s' is named twice", where, shown, text);
    else
        out->count++;
}

void bf_servers_parse_list(const char *text, struct bf_addresses *out)
{
    size_t left = strlen(text);
    trim(&text, &left);
    left -= left && text[left - 1] == ';';
    const char *end = text + left;
    for (bool more = left > 0; more;) {
        const char *stop = memchr(text, ';', (size_t)(end - text));
        more = stop != NULL;
        add(text, (size_t)((stop ? stop : end) - text), 0, out);
        text = stop ? stop + 1 : end;
    }
}

void bf_servers_parse_file(const char *text, struct bf_addresses *out)
{
    static const char byte_order_mark[] = "\xef\xbb\xbf";
    if (!strncmp(text, byte_order_mark, 3))
        text += 3;
    for (unsigned line = 1; *text; line++) {
        size_t whole = strcspn(text, "\n");
        add(text, whole, line, out);
        text += whole + (text[whole] == '\n');
    }
}

/* False if there is no such file. */
static bool parse_file(const char *path, struct bf_addresses *out)
{
    static const char too_large[] = "the file is larger than a server list can be";
    FILE *file = fopen(path, "re");
    if (!file && (errno == ENOENT || errno == ENOTDIR))
        return false;
    snprintf(out->source, sizeof out->source, "%s", path);
    char *text = malloc(BF_SERVER_LIST_BYTES_MAX + 1);
    size_t bytes = file && text ? fread(text, 1, BF_SERVER_LIST_BYTES_MAX, file) : 0;
    if (!file || !text || ferror(file)) {
        snprintf(out->problem, sizeof out->problem, "%s", strerror(errno));
    } else if (bytes == BF_SERVER_LIST_BYTES_MAX) {
        snprintf(out->problem, sizeof out->problem, "%s", too_large);
    } else if (memchr(text, 0, bytes)) {
        snprintf(out->problem, sizeof out->problem, "it is not a text file");
    } else {
        text[bytes] = 0;
        bf_servers_parse_file(text, out);
    }
    free(text);
    if (file)
        fclose(file);
    return true;
}

/* How many letters of a name are to be changed, added or left out to make it `right`, which is a short one. */
static unsigned distance(const char *name, size_t bytes, const char *right)
{
    unsigned row[NAME_BYTES + 1];
    size_t right_bytes = strlen(right);
    for (size_t j = 0; j <= right_bytes; j++)
        row[j] = (unsigned)j;
    for (size_t i = 1; i <= bytes; i++) {
        unsigned corner = row[0];
        row[0] = (unsigned)i;
        for (size_t j = 1; j <= right_bytes; j++) {
            unsigned changed = corner + (name[i - 1] != right[j - 1]);
            unsigned beside = (row[j] < row[j - 1] ? row[j] : row[j - 1]) + 1;
            corner = row[j];
            row[j] = changed < beside ? changed : beside;
        }
    }
    return row[right_bytes];
}

/* A variable of which we may take that its name is one of ours with a mistake, NULL if there is none; and that one. */
static const char *find_misspelt(int *bytes, const char **right)
{
    static const char *const names[] = {"BF_SERVERS", "BF_ADAPTOR_PATH"};
    for (char **each = environ; each && *each; each++) {
        size_t length = strcspn(*each, "=");
        for (size_t i = 0; i < 2 && strncmp(*each, "BF_", 3) == 0 && length <= NAME_BYTES; i++) {
            unsigned away = distance(*each, length, names[i]);
            if (away == 0 || away > MISTAKES_MAX)
                continue;
            *bytes = (int)length;
            *right = names[i];
            return *each;
        }
    }
    return NULL;
}

static void tell_that_none_is_named(struct bf_addresses *out)
{
    static const char remedy[] =
        "set BF_SERVERS=host[:port], or write one host a line into ~/.bitfusionio/adaptor.conf";
    int bytes = 0;
    const char *right = NULL, *misspelt = find_misspelt(&bytes, &right);
    if (misspelt)
        snprintf(out->problem, sizeof out->problem, "no server is named, and %.*s is not known, did you mean %s? %s",
                 bytes, misspelt, right, remedy);
    else
        snprintf(out->problem, sizeof out->problem, "no server is named: %s", remedy);
}

static void find(struct bf_addresses *out)
{
    const char *list = lc_environment_get("BF_SERVERS"), *named = lc_environment_get("BF_ADAPTOR_PATH");
    const char *home = lc_environment_get("HOME");
    /* A home that this user may not enter, as a container's root's is for others, is none. */
    bool at_home = home && *home == '/' && access(home, X_OK) == 0;
    char personal[512];
    if (list && *list) {
        snprintf(out->source, sizeof out->source, "BF_SERVERS");
        bf_servers_parse_list(list, out);
        return;
    }
    if (named && *named) {
        if (!parse_file(named, out)) {
            snprintf(out->source, sizeof out->source, "BF_ADAPTOR_PATH=%.400s", named);
            snprintf(out->problem, sizeof out->problem, "there is no such file");
        }
        return;
    }
    snprintf(personal, sizeof personal, "%s/.bitfusionio/adaptor.conf", at_home ? home : "");
    if ((!at_home || !parse_file(personal, out)) && !parse_file("/etc/bitfusionio/adaptor.conf", out))
        tell_that_none_is_named(out);
}

/* A pointer says where it lives. One server may have what addresses it likes. */
static void divide(struct bf_addresses *out)
{
    const uint64_t step = (uint64_t)2 << 20;
    for (size_t i = 0; i < out->count && out->count > 1; i++) {
        uint64_t bytes = (BF_APART_END - BF_APART_BEGIN) / out->count / step * step;
        out->each[i].part_begin = BF_APART_BEGIN + i * bytes;
        out->each[i].part_end = out->each[i].part_begin + bytes;
    }
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
    divide(out);
}
