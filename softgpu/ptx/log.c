/* The error log of a module load: one line an error, in the form that users of ptxas know. */
#include "ptx.h"

#include <stdarg.h>
#include <stdio.h>

/* What is quoted from a broken text may be any bytes; the log stays printable. */
static void append(struct ptx_log *log, const char *text)
{
    for (; *text && log->used + 1 < log->size; text++) {
        unsigned char c = (unsigned char)*text;
        log->text[log->used++] = c == '\n' || (c >= ' ' && c < 127) ? *text : '?';
    }
    log->text[log->used] = 0;
}

void sg_ptx_log_say(struct ptx_log *log, const char *text)
{
    if (!log->text || log->used >= log->size)
        return;
    append(log, text);
    append(log, "\n");
}

void sg_ptx_log_error(struct ptx_log *log, uint32_t line, const char *format, ...)
{
    char message[512], head[48];
    va_list args;

    if (!log || !log->text || log->used >= log->size)
        return;
    va_start(args, format);
    (void)vsnprintf(message, sizeof message, format, args);
    va_end(args);
    (void)snprintf(head, sizeof head, "line %u; error   : ", line);
    append(log, head);
    append(log, message);
    append(log, "\n");
}
