/* Calls into libzstd and liblz4, loaded when the first compressed code comes. */
#include "unpack.h"

#include <dlfcn.h>
#include <limits.h>
#include <pthread.h>
#include <string.h>

typedef size_t zstd_decompress_fn(void *to, size_t room, const void *from, size_t bytes);
typedef unsigned zstd_is_error_fn(size_t code);
typedef int lz4_decompress_fn(const char *from, char *to, int bytes, int room);

static zstd_decompress_fn *zstd_decompress;
static zstd_is_error_fn *zstd_is_error;
static lz4_decompress_fn *lz4_decompress;

/* ISO C has no conversion from void * to a function pointer; POSIX defines both to have one representation. */
static void find(void *library, const char *name, void *function)
{
    void *found = library ? dlsym(library, name) : NULL;
    memcpy(function, &found, sizeof found);
}

static void load_zstd(void)
{
    void *library = dlopen("libzstd.so.1", RTLD_NOW | RTLD_LOCAL);
    find(library, "ZSTD_decompress", &zstd_decompress);
    find(library, "ZSTD_isError", &zstd_is_error);
}

static void load_lz4(void)
{
    find(dlopen("liblz4.so.1", RTLD_NOW | RTLD_LOCAL), "LZ4_decompress_safe", &lz4_decompress);
}

static enum lc_unpacked unpack_zstd(const struct lc_fatbin_entry *entry, void *to, size_t *got)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, load_zstd);
    if (!zstd_decompress || !zstd_is_error)
        return LC_UNPACK_NO_ZSTD;
    *got = zstd_decompress(to, entry->bytes_plain, entry->payload, entry->bytes);
    return zstd_is_error(*got) ? LC_UNPACK_DAMAGED : LC_UNPACK_DONE;
}

static enum lc_unpacked unpack_lz4(const struct lc_fatbin_entry *entry, void *to, size_t *got)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, load_lz4);
    if (!lz4_decompress)
        return LC_UNPACK_NO_LZ4;
    if (entry->bytes > INT_MAX || entry->bytes_plain > INT_MAX)
        return LC_UNPACK_DAMAGED;
    int count = lz4_decompress((const char *)entry->payload, to, (int)entry->bytes, (int)entry->bytes_plain);
    *got = count < 0 ? 0 : (size_t)count;
    return count < 0 ? LC_UNPACK_DAMAGED : LC_UNPACK_DONE;
}

enum lc_unpacked lc_unpack(const struct lc_fatbin_entry *entry, void *to, size_t *got)
{
    return entry->packing == LC_FATBIN_ZSTD ? unpack_zstd(entry, to, got) : unpack_lz4(entry, to, got);
}
