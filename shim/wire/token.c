/* The user's token. */
#include "token.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../../libcuda/environment.h"
#include "../generated/limits.h"
#include "proof.h"

enum { SECRET_CHARACTERS = 52, BITS = 5, PATH_BYTES = 512 };

static const char prefix[] = "bft_";

/* Of base32's alphabet in small letters; 32 for what is not of it. */
static unsigned digit(char c)
{
    return c >= 'a' && c <= 'z' ? (unsigned)(c - 'a') : c >= '2' && c <= '7' ? (unsigned)(c - '2') + 26 : 32;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static bool decode_secret(const char *text, uint8_t out[BF_TOKEN_SECRET_BYTES])
{
    unsigned held = 0, bits = 0;
    size_t at = 0;
    for (int i = 0; i < SECRET_CHARACTERS; i++) {
        unsigned value = digit(text[i]);
        if (value > 31)
            return false;
        held = (held << BITS | value) & 0xfff;
        bits += BITS;
        if (bits >= 8 && at < BF_TOKEN_SECRET_BYTES) {
            bits -= 8;
            out[at++] = (uint8_t)(held >> bits);
        }
    }
    return true;
}

bool bf_token_parse(const char *text, size_t bytes, struct bf_token *out)
{
    const size_t start = sizeof prefix - 1;
    while (bytes && is_blank(*text))
        text++, bytes--;
    while (bytes && is_blank(text[bytes - 1]))
        bytes--;
    if (bytes != start + BF_TOKEN_ID_BYTES + 1 + SECRET_CHARACTERS || memcmp(text, prefix, start) != 0 ||
        text[start + BF_TOKEN_ID_BYTES] != '_')
        return false;
    for (int i = 0; i < BF_TOKEN_ID_BYTES; i++)
        if (digit(text[start + (size_t)i]) > 31)
            return false;
    memcpy(out->id, text + start, BF_TOKEN_ID_BYTES);
    out->id[BF_TOKEN_ID_BYTES] = 0;
    return decode_secret(text + start + BF_TOKEN_ID_BYTES + 1, out->secret);
}

/* Why this file is not used, or NULL. */
static const char *fault_of(const struct stat *facts)
{
    if (!S_ISREG(facts->st_mode))
        return "is not a file; name a file";
    if (facts->st_mode & (S_IRWXG | S_IRWXO))
        return "can be read by others; chmod 600 it";
    if (facts->st_uid != geteuid() && facts->st_uid != 0 && geteuid() != 0)
        return "belongs to another user; name a file of your own";
    return NULL;
}

static bool read_file(int fd, const char *path, struct bf_token *out, char *problem, size_t room)
{
    char text[BF_TOKEN_FILE_BYTES_MAX];
    struct stat facts;
    const char *fault = fstat(fd, &facts) ? "cannot be looked at; name another file" : fault_of(&facts);
    ssize_t bytes = fault ? 0 : read(fd, text, sizeof text);
    if (!fault && (bytes < 0 || !bf_token_parse(text, (size_t)bytes, out)))
        fault = "does not hold a token; put what `flexdirect token create` has printed there";
    bf_proof_forget(text, sizeof text);
    if (fault)
        snprintf(problem, room, "the token file %.300s %s", path, fault);
    return !fault;
}

bool bf_token_find(struct bf_token *out, char *problem, size_t room)
{
    const char *named = lc_environment_get("BF_TOKEN_FILE"), *home = lc_environment_get("HOME");
    char path[PATH_BYTES];
    out->id[0] = 0;
    if ((named && !*named) || (!named && (!home || *home != '/' || access(home, X_OK) != 0)))
        return true;
    if (named)
        snprintf(path, sizeof path, "%s", named);
    else
        snprintf(path, sizeof path, "%s/.bitfusionio/token", home);
    /* Before it is opened: a program that may open no more files is told that it lacks one, also of what is not
     * there. */
    if (!named && access(path, F_OK) != 0 && (errno == ENOENT || errno == ENOTDIR))
        return true;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) {
        const char *remedy = errno == EMFILE || errno == ENFILE ? "raise the limit of open files, e.g. ulimit -n 1024"
                                                                : "name the file with your token in BF_TOKEN_FILE";
        snprintf(problem, room, "the token file %.300s cannot be read: %s; %s", path, strerror(errno), remedy);
        return false;
    }
    bool good = read_file(fd, path, out, problem, room);
    close(fd);
    return good;
}
