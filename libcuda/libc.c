/* Finds the C library's own functions, and hands our calls on to them. */
#include "libc.h"

#include <dlfcn.h>
#include <stdatomic.h>
#include <stdint.h>
#include <sys/syscall.h>

#define NUMBER(result, name, parameters, arguments) NUMBER_##name,
enum { LC_LIBC_FUNCTIONS(NUMBER) COUNT };

#define NAME(result, name, parameters, arguments) #name,
static const char *const names[] = {LC_LIBC_FUNCTIONS(NAME)};

static _Atomic(uintptr_t) found[COUNT];

/* Before 2.33 glibc has these two in its headers alone. On x86-64 the kernel's structure is glibc's. */
static int ask_fstat(int file, struct stat *status)
{
    return (int)syscall(SYS_fstat, file, status, 0L, 0L, 0L, 0L);
}

static int ask_stat(const char *path, struct stat *status)
{
    return (int)syscall(SYS_stat, path, status, 0L, 0L, 0L, 0L);
}

static uintptr_t look_up(void *libc, unsigned number)
{
    uintptr_t at = (uintptr_t)dlsym(libc ? libc : RTLD_NEXT, names[number]);
    if (at)
        return at;
    return number == NUMBER_fstat ? (uintptr_t)ask_fstat : number == NUMBER_stat ? (uintptr_t)ask_stat : 0;
}

/* libc by its name: RTLD_NEXT would find the functions of a library of the program that comes before it. At load,
 * because a later look-up may wait for a lock that a dlopen holds which waits for us. */
__attribute__((constructor)) static void find_all(void)
{
    void *libc = dlopen("libc.so.6", RTLD_LAZY | RTLD_NOLOAD);
    for (unsigned i = 0; i < COUNT; i++)
        atomic_store_explicit(&found[i], look_up(libc, i), memory_order_relaxed);
}

/* The constructor of another library may call us before ours has run. */
static uintptr_t find(unsigned number)
{
    if (!atomic_load_explicit(&found[number], memory_order_relaxed))
        find_all();
    return atomic_load_explicit(&found[number], memory_order_relaxed);
}

/* ISO C has no conversion from an address to a function pointer; POSIX defines both to have one representation. */
#define DEFINE(result, name, parameters, arguments)                                                                    \
    result __wrap_##name parameters;                                                                                   \
    result __wrap_##name parameters                                                                                    \
    {                                                                                                                  \
        result(*function) parameters;                                                                                  \
        uintptr_t at = atomic_load_explicit(&found[NUMBER_##name], memory_order_relaxed);                              \
        if (__builtin_expect(!at, 0))                                                                                  \
            at = find(NUMBER_##name);                                                                                  \
        memcpy(&function, &at, sizeof function);                                                                       \
        return function arguments;                                                                                     \
    }

LC_LIBC_FUNCTIONS(DEFINE)
