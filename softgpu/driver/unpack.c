/* Calls into libzstd and liblz4, loaded when the first compressed code comes. */
#include "unpack.h"

#include <dlfcn.h>
#include <limits.h>
#include <pthread.h>
#include <string.h>

#include "../host/log.h"

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

static void load(void)
{
    void *zstd = dlopen("libzstd.so.1", RTLD_NOW | RTLD_LOCAL);
    find(zstd, "ZSTD_decompress", &zstd_decompress);
    find(zstd, "ZSTD_isError", &zstd_is_error);
    find(dlopen("liblz4.so.1", RTLD_NOW | RTLD_LOCAL), "LZ4_decompress_safe", &lz4_decompress);
}

static void ready(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, load);
}

static CUresult missing(const char *library, const char *package)
{
    sg_log_line("this program's code is compressed and %s is not installed: install %s, or build the program with "
                "nvcc --compress-mode=none", library, package);
    return CUDA_ERROR_SHARED_OBJECT_INIT_FAILED;
}

CUresult sg_unpack_zstd(const void *from, size_t bytes, void *to, size_t bytes_plain, size_t *got)
{
    ready();
    if (!zstd_decompress || !zstd_is_error)
        return missing("libzstd.so.1", "libzstd1 (Debian) or libzstd (Fedora)");
    size_t count = zstd_decompress(to, bytes_plain, from, bytes);
    if (zstd_is_error(count))
        return CUDA_ERROR_INVALID_IMAGE;
    *got = count;
    return CUDA_SUCCESS;
}

CUresult sg_unpack_lz4(const void *from, size_t bytes, void *to, size_t bytes_plain, size_t *got)
{
    ready();
    if (!lz4_decompress)
        return missing("liblz4.so.1", "liblz4-1 (Debian) or lz4-libs (Fedora)");
    if (bytes > INT_MAX || bytes_plain > INT_MAX)
        return CUDA_ERROR_INVALID_IMAGE;
    int count = lz4_decompress(from, to, (int)bytes, (int)bytes_plain);
    if (count < 0)
        return CUDA_ERROR_INVALID_IMAGE;
    *got = (size_t)count;
    return CUDA_SUCCESS;
}
