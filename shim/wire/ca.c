/* Which CAs this user trusts. */
#include "ca.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../libcuda/environment.h"
#include "../generated/limits.h"

/* A file that may not be read is there, so that the user is told of it. */
static bool is_there(const char *path)
{
    return access(path, F_OK) == 0 || (errno != ENOENT && errno != ENOTDIR);
}

static bool find(char path[BF_CA_PATH_BYTES])
{
    const char *named = lc_environment_get("BF_TLS_CA"), *home = lc_environment_get("HOME");
    if (named && *named) {
        snprintf(path, BF_CA_PATH_BYTES, "%s", named);
        return true;
    }
    /* A home that this user may not enter, as a container's root's is for others, is none. */
    if (home && *home == '/' && access(home, X_OK) == 0) {
        snprintf(path, BF_CA_PATH_BYTES, "%s/.bitfusionio/ca.pem", home);
        if (is_there(path))
            return true;
    }
    snprintf(path, BF_CA_PATH_BYTES, "/etc/bitfusionio/ca.pem");
    return is_there(path);
}

char *bf_ca_read(char path[BF_CA_PATH_BYTES], size_t *bytes, char *problem, size_t room)
{
    if (!find(path)) {
        snprintf(problem, room,
                 "cannot be trusted: no CA is named; copy the CA's certificate to ~/.bitfusionio/ca.pem, name its file "
                 "in BF_TLS_CA, or pin the server's certificate: tls://FINGERPRINT@host:port");
        return NULL;
    }
    FILE *file = fopen(path, "re");
    char *text = file ? malloc(BF_TLS_CA_BYTES_MAX) : NULL;
    *bytes = text ? fread(text, 1, BF_TLS_CA_BYTES_MAX, file) : 0;
    bool large = *bytes == BF_TLS_CA_BYTES_MAX, failed = !text || large || ferror(file);
    if (failed) {
        bool full = !file && (errno == EMFILE || errno == ENFILE);
        snprintf(problem, room, "cannot be trusted: the CA's file %s cannot be read: %s; %s", path,
                 large ? "it is too large" : strerror(errno),
                 full ? "raise the limit of open files, e.g. ulimit -n 1024" : "name another one in BF_TLS_CA");
    }
    if (file)
        fclose(file);
    if (!failed)
        return text;
    free(text);
    return NULL;
}
