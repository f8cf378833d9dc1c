/* What ThreadSanitizer has to be told of a program, which is linked with this. */
#include <dlfcn.h>
#include <fcntl.h>
#include <stdarg.h>
#include <unistd.h>

/* Bytes that one thread sends and another receives order the two. ThreadSanitizer knows so of sockets, and of copies
 * that dup makes of their descriptors, but of those that fcntl makes it knows nothing. So each of these becomes one of
 * dup, with the same number: without that, what a callback did before its answer was sent looks as if nothing came
 * between it and a thread that has waited for it. */
int fcntl(int fd, int command, ...)
{
    int (*next)(int, int, ...) = (int (*)(int, int, ...))dlsym(RTLD_NEXT, "fcntl");
    va_list rest;
    va_start(rest, command);
    long argument = va_arg(rest, long);
    va_end(rest);
    int result = next(fd, command, argument);
    return command == F_DUPFD_CLOEXEC && result >= 0 ? dup3(fd, result, O_CLOEXEC) : result;
}
