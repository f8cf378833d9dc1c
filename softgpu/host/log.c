/* Writing one line on stderr. */
#include "log.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../libcuda/environment.h"

static void write_line(const char *format, va_list values)
{
    char line[1024] = "softgpu: ";
    size_t used = strlen(line);
    int more = vsnprintf(line + used, sizeof line - used - 1, format, values);
    if (more > 0)
        used += (size_t)more < sizeof line - used - 1 ? (size_t)more : sizeof line - used - 2;
    line[used++] = '\n';
    /* Where the C library's stderr goes, and with one write, so that lines of threads do not mix. Nobody is left to
     * tell that it cannot be written. */
    if (write(fileno(stderr), line, used) < 0)
        return;
}

void sg_log_line(const char *format, ...)
{
    va_list values;
    va_start(values, format);
    write_line(format, values);
    va_end(values);
}

void sg_log_debug(const char *format, ...)
{
    const char *wanted = lc_environment_get("SOFTGPU_DEBUG");
    if (!wanted || !*wanted || strcmp(wanted, "0") == 0)
        return;
    va_list values;
    va_start(values, format);
    write_line(format, values);
    va_end(values);
}
