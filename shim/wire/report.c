/* What the user is told, on stderr. */
#include "report.h"

#include <errno.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../libcuda/environment.h"

enum { LINE_BYTES = 1024 };

static void write_line(const char *format, va_list values)
{
    static const char prefix[] = "bitfusion: ";
    char line[LINE_BYTES];
    memcpy(line, prefix, sizeof prefix);
    int saved = errno;
    size_t room = sizeof line - sizeof prefix - 1;
    int wanted = vsnprintf(line + sizeof prefix - 1, room, format, values);
    size_t bytes = sizeof prefix - 1 + (wanted < 0 ? 0 : (size_t)wanted < room ? (size_t)wanted : room - 1);
    /* A server's words are shown too: they get one line, and no control of the terminal. */
    for (size_t i = 0; i < bytes; i++)
        if ((unsigned char)line[i] < ' ' || line[i] == 0x7f)
            line[i] = '?';
    line[bytes++] = '\n';
    /* If nobody reads stderr there is nowhere left to complain. */
    if (write(STDERR_FILENO, line, bytes) >= 0 || errno)
        errno = saved;
}

void bf_report(const char *format, ...)
{
    va_list values;
    va_start(values, format);
    write_line(format, values);
    va_end(values);
}

bool bf_report_debugs(void)
{
    static _Atomic int known;   /* 0 not looked yet, 1 no, 2 yes */
    int state = atomic_load(&known);
    if (!state) {
        const char *text = lc_environment_get("BF_DEBUG");
        state = text && *text && strcmp(text, "0") != 0 ? 2 : 1;
        atomic_store(&known, state);
    }
    return state == 2;
}

void bf_report_debug(const char *format, ...)
{
    if (!bf_report_debugs())
        return;
    va_list values;
    va_start(values, format);
    write_line(format, values);
    va_end(values);
}
