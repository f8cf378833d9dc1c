/* The memory behind managed addresses. */
#include "views.h"

#include <fcntl.h>
#include <pthread.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Offsets in the file are given out once: more than a process allocates in its life. So much must not be taken of the
 * addresses that the system gives out, as those of a server's device may be the same ones. */
#define FILE_BYTES ((uint64_t)16 << 40)
#define VIEW_AT ((uint64_t)16 << 40)

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int file = -1;
static uint8_t *whole;
static uint64_t used;

static bool may_be_so_large(void)
{
    struct rlimit limit;
    return !getrlimit(RLIMIT_FSIZE, &limit) && limit.rlim_cur >= FILE_BYTES;
}

/* With the lock held. */
static bool open_file(void)
{
    if (whole)
        return true;
    file = may_be_so_large() ? memfd_create("managed memory", MFD_CLOEXEC) : -1;
    if (file < 0)
        return false;
    void *at = MAP_FAILED;
    if (!ftruncate(file, (off_t)FILE_BYTES))
        at = mmap((void *)VIEW_AT, FILE_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_NORESERVE, file, 0);
    if (at == MAP_FAILED) {
        close(file);
        return false;
    }
    (void)madvise(at, FILE_BYTES, MADV_DONTFORK);
    (void)madvise(at, FILE_BYTES, MADV_DONTDUMP);
    whole = at;
    return true;
}

static bool reserve(uint64_t address, size_t bytes)
{
    const int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED;
    return mmap((void *)(uintptr_t)address, bytes, PROT_NONE, flags, -1, 0) != MAP_FAILED;
}

static const int protections[] = {
    [BF_VIEW_NONE] = PROT_NONE, [BF_VIEW_READ] = PROT_READ, [BF_VIEW_WRITE] = PROT_READ | PROT_WRITE};

uint8_t *bf_views_take(size_t bytes)
{
    pthread_mutex_lock(&lock);
    bool fits = open_file() && bytes <= FILE_BYTES - used;
    uint64_t offset = used;
    used += fits ? bytes : 0;
    pthread_mutex_unlock(&lock);
    return fits ? whole + offset : NULL;
}

bool bf_views_show(uint64_t address, size_t bytes, const uint8_t *own, enum bf_view_access access)
{
    const int flags = MAP_SHARED | MAP_NORESERVE | MAP_FIXED;
    void *at = (void *)(uintptr_t)address;
    if (mmap(at, bytes, protections[access], flags, file, (off_t)(own - whole)) == MAP_FAILED)
        return false;
    if (!madvise(at, bytes, MADV_DONTFORK))
        return true;
    reserve(address, bytes);
    return false;
}

void bf_views_give(uint64_t address, size_t bytes, const uint8_t *own)
{
    if (address && !reserve(address, bytes))
        (void)mprotect((void *)(uintptr_t)address, bytes, PROT_NONE);
    (void)fallocate(file, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, (off_t)(own - whole), (off_t)bytes);
}

bool bf_views_leave(uint64_t address, size_t bytes, const uint8_t *own)
{
    void *at = (void *)(uintptr_t)address;
    void *copy = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (copy == MAP_FAILED)
        return false;
    bool closed = !mprotect(at, bytes, PROT_READ);
    if (closed)
        memcpy(copy, own, bytes);
    if (!closed || syscall(SYS_mremap, copy, bytes, bytes, MREMAP_MAYMOVE | MREMAP_FIXED, at) < 0) {
        (void)mprotect(at, bytes, PROT_READ | PROT_WRITE);
        munmap(copy, bytes);
        return false;
    }
    bf_views_give(0, bytes, own);
    return true;
}

bool bf_views_set(uint64_t address, size_t bytes, enum bf_view_access access)
{
    return !mprotect((void *)(uintptr_t)address, bytes, protections[access]);
}
