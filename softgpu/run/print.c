/* Device-side printf: CUDA C++ Programming Guide, "Formatted output".
 *
 * The host's snprintf formats one conversion at a time, from a specification that is put together here from checked
 * pieces: nothing of the device's format string reaches it unseen, and %n does nothing. */
#include "print.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define FIELD_MAX 4096           /* width and precision are cut to this */

struct printer {
    char *out;
    size_t size, length;
    const unsigned char *arguments;
    size_t arguments_room, at;
    int used;
    sg_print_read_fn *read;
    void *user;
};

struct conversion {
    char flags[8];
    int width, precision;        /* -1: not written */
    unsigned bytes;              /* of an integer argument */
    char kind;
};

static void append(struct printer *p, const char *text, size_t bytes)
{
    size_t room = p->size - p->length;
    if (bytes > room)
        bytes = room;
    memcpy(p->out + p->length, text, bytes);
    p->length += bytes;
}

/* The next argument of 4 or 8 bytes; 0 when there are no more. */
static uint64_t next_argument(struct printer *p, unsigned bytes)
{
    uint64_t value = 0;
    p->at = (p->at + bytes - 1) & ~(size_t)(bytes - 1);
    if (p->at + bytes > p->arguments_room)
        return 0;
    if (bytes == 8) {
        memcpy(&value, p->arguments + p->at, 8);
    } else {
        uint32_t narrow;
        memcpy(&narrow, p->arguments + p->at, 4);
        value = narrow;
    }
    p->at += bytes;
    p->used++;
    return value;
}

static int bounded(int64_t value)
{
    return value > FIELD_MAX ? FIELD_MAX : value < -FIELD_MAX ? -FIELD_MAX : (int)value;
}

/* A number or `*`. */
static const char *parse_number(struct printer *p, const char *s, const char *end, int *value)
{
    if (s < end && *s == '*') {
        *value = bounded((int32_t)(uint32_t)next_argument(p, 4));
        return s + 1;
    }
    int64_t number = 0;
    while (s < end && *s >= '0' && *s <= '9')
        number = bounded(number * 10 + (*s++ - '0'));
    *value = (int)number;
    return s;
}

static const char *parse_length(const char *s, const char *end, unsigned *bytes)
{
    *bytes = 4;
    while (s < end && (*s == 'h' || *s == 'l' || *s == 'L' || *s == 'q' || *s == 'j' || *s == 'z' || *s == 't')) {
        if (*s != 'h')
            *bytes = 8;
        s++;
    }
    return s;
}

static const char *parse(struct printer *p, const char *s, const char *end, struct conversion *c)
{
    size_t flags = 0;
    *c = (struct conversion){.width = -1, .precision = -1};
    while (s < end && strchr("-+ #0", *s) && *s) {
        if (flags < sizeof c->flags - 2)
            c->flags[flags++] = *s;
        s++;
    }
    if (s < end && (*s == '*' || (*s >= '1' && *s <= '9')))
        s = parse_number(p, s, end, &c->width);
    if (c->width < -1) {
        c->flags[flags++] = '-';
        c->width = -c->width;
    }
    if (s < end && *s == '.')
        s = parse_number(p, s + 1, end, &c->precision);
    s = parse_length(s, end, &c->bytes);
    if (s < end)
        c->kind = *s++;
    return s;
}

static void specification(const struct conversion *c, const char *length, char out[64])
{
    char width[16] = "", precision[16] = "";
    if (c->width >= 0)
        (void)snprintf(width, sizeof width, "%d", c->width);
    if (c->precision >= 0)
        (void)snprintf(precision, sizeof precision, ".%d", c->precision);
    (void)snprintf(out, 64, "%%%s%s%s%s%c", c->flags, width, precision, length, c->kind);
}

static void print_string(struct printer *p, const struct conversion *c)
{
    size_t room = 0;
    const char *text = p->read(p->user, next_argument(p, 8), &room);
    size_t length = text ? strnlen(text, room) : 0;
    if (!text) {
        text = "(null)";
        length = 6;
    }
    if (c->precision >= 0 && (size_t)c->precision < length)
        length = (size_t)c->precision;
    size_t pad = c->width > 0 && (size_t)c->width > length ? (size_t)c->width - length : 0;
    bool left = strchr(c->flags, '-') != NULL;
    for (size_t i = 0; i < pad && !left; i++)
        append(p, " ", 1);
    append(p, text, length);
    for (size_t i = 0; i < pad && left; i++)
        append(p, " ", 1);
}

static void print_number(struct printer *p, const struct conversion *c)
{
    char spec[64], field[FIELD_MAX + 512];
    int length = 0;
    if (strchr("di", c->kind)) {
        uint64_t bits = next_argument(p, c->bytes);
        specification(c, "ll", spec);
        length =
            snprintf(field, sizeof field, spec, c->bytes == 8 ? (long long)bits : (long long)(int32_t)(uint32_t)bits);
    } else if (strchr("ouxX", c->kind)) {
        specification(c, "ll", spec);
        length = snprintf(field, sizeof field, spec, (unsigned long long)next_argument(p, c->bytes));
    } else if (c->kind == 'c') {
        specification(c, "", spec);
        length = snprintf(field, sizeof field, spec, (int)next_argument(p, 4));
    } else if (c->kind == 'p') {
        specification(c, "", spec);
        length = snprintf(field, sizeof field, spec, (void *)(uintptr_t)next_argument(p, 8));
    } else {
        uint64_t bits = next_argument(p, 8);
        double value;
        memcpy(&value, &bits, sizeof value);
        specification(c, "", spec);
        length = snprintf(field, sizeof field, spec, value);
    }
    if (length > 0)
        append(p, field, (size_t)length < sizeof field ? (size_t)length : sizeof field - 1);
}

static const char *convert(struct printer *p, const char *s, const char *end)
{
    struct conversion c;
    const char *begin = s;
    s = parse(p, s + 1, end, &c);
    if (c.kind == '%')
        append(p, "%", 1);
    else if (c.kind == 's')
        print_string(p, &c);
    else if (c.kind == 'n')
        (void)next_argument(p, 8);
    else if (c.kind && strchr("diouxXcpaAeEfFgG", c.kind))
        print_number(p, &c);
    else
        append(p, begin, (size_t)(s - begin));
    return s;
}

int sg_print_format(char *out, size_t size, size_t *length, const char *format, size_t format_room,
                    const unsigned char *arguments, size_t arguments_room, sg_print_read_fn *read, void *user)
{
    struct printer p = {
        .out = out, .size = size, .arguments = arguments, .arguments_room = arguments_room, .read = read, .user = user};
    *length = 0;
    if (!format)
        return -1;
    const char *end = format + strnlen(format, format_room);
    for (const char *s = format; s < end;) {
        if (*s == '%') {
            s = convert(&p, s, end);
            continue;
        }
        const char *next = memchr(s, '%', (size_t)(end - s));
        append(&p, s, (size_t)((next ? next : end) - s));
        s = next ? next : end;
    }
    *length = p.length;
    return p.used;
}
