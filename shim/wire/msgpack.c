/* msgpack values <-> bytes. The shortest form is written; every form is read. */
#include "msgpack.h"

#include <string.h>

static uint8_t *claim(struct bf_writer *writer, size_t bytes)
{
    if (writer->full || (size_t)(writer->end - writer->at) < bytes) {
        writer->full = true;
        return NULL;
    }
    uint8_t *start = writer->at;
    writer->at += bytes;
    return start;
}

static void store(uint8_t *at, uint64_t value, unsigned bytes)
{
    for (unsigned i = 0; i < bytes; i++)
        at[i] = (uint8_t)(value >> (8 * (bytes - 1 - i)));
}

static void put_tagged(struct bf_writer *writer, uint8_t tag, uint64_t value, unsigned bytes)
{
    uint8_t *at = claim(writer, 1 + bytes);
    if (at) {
        at[0] = tag;
        store(at + 1, value, bytes);
    }
}

void bf_msgpack_put_uint(struct bf_writer *writer, uint64_t value)
{
    if (value < 0x80)
        put_tagged(writer, (uint8_t)value, 0, 0);
    else if (value <= UINT8_MAX)
        put_tagged(writer, 0xcc, value, 1);
    else if (value <= UINT16_MAX)
        put_tagged(writer, 0xcd, value, 2);
    else if (value <= UINT32_MAX)
        put_tagged(writer, 0xce, value, 4);
    else
        put_tagged(writer, 0xcf, value, 8);
}

void bf_msgpack_put_int(struct bf_writer *writer, int64_t value)
{
    if (value >= 0)
        bf_msgpack_put_uint(writer, (uint64_t)value);
    else if (value >= -32)
        put_tagged(writer, (uint8_t)value, 0, 0);
    else if (value >= INT8_MIN)
        put_tagged(writer, 0xd0, (uint64_t)value, 1);
    else if (value >= INT16_MIN)
        put_tagged(writer, 0xd1, (uint64_t)value, 2);
    else if (value >= INT32_MIN)
        put_tagged(writer, 0xd2, (uint64_t)value, 4);
    else
        put_tagged(writer, 0xd3, (uint64_t)value, 8);
}

void bf_msgpack_put_float(struct bf_writer *writer, float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    put_tagged(writer, 0xca, bits, 4);
}

static void put_payload(struct bf_writer *writer, const void *data, size_t bytes)
{
    uint8_t *at = claim(writer, bytes);
    if (at && bytes)
        memcpy(at, data, bytes);
}

void bf_msgpack_put_bin(struct bf_writer *writer, const void *data, size_t bytes)
{
    if (bytes <= UINT8_MAX)
        put_tagged(writer, 0xc4, bytes, 1);
    else if (bytes <= UINT16_MAX)
        put_tagged(writer, 0xc5, bytes, 2);
    else if (bytes <= UINT32_MAX)
        put_tagged(writer, 0xc6, bytes, 4);
    else
        writer->full = true;
    put_payload(writer, data, bytes);
}

void bf_msgpack_put_str(struct bf_writer *writer, const void *data, size_t bytes)
{
    if (bytes < 32)
        put_tagged(writer, (uint8_t)(0xa0 | bytes), 0, 0);
    else if (bytes <= UINT8_MAX)
        put_tagged(writer, 0xd9, bytes, 1);
    else if (bytes <= UINT16_MAX)
        put_tagged(writer, 0xda, bytes, 2);
    else if (bytes <= UINT32_MAX)
        put_tagged(writer, 0xdb, bytes, 4);
    else
        writer->full = true;
    put_payload(writer, data, bytes);
}

void bf_msgpack_put_text(struct bf_writer *writer, const char *text)
{
    bf_msgpack_put_str(writer, text, strlen(text));
}

void bf_msgpack_put_array(struct bf_writer *writer, uint32_t count)
{
    if (count < 16)
        put_tagged(writer, (uint8_t)(0x90 | count), 0, 0);
    else if (count <= UINT16_MAX)
        put_tagged(writer, 0xdc, count, 2);
    else
        put_tagged(writer, 0xdd, count, 4);
}

void bf_msgpack_put_map(struct bf_writer *writer, uint32_t count)
{
    if (count < 16)
        put_tagged(writer, (uint8_t)(0x80 | count), 0, 0);
    else if (count <= UINT16_MAX)
        put_tagged(writer, 0xde, count, 2);
    else
        put_tagged(writer, 0xdf, count, 4);
}

/* Next `bytes` bytes as a big-endian number; 0 and bad if they are not there. */
static uint64_t load(struct bf_reader *reader, unsigned bytes)
{
    if (reader->bad || (size_t)(reader->end - reader->at) < bytes) {
        reader->bad = true;
        return 0;
    }
    uint64_t value = 0;
    for (unsigned i = 0; i < bytes; i++)
        value = value << 8 | *reader->at++;
    return value;
}

static uint64_t fail(struct bf_reader *reader)
{
    reader->bad = true;
    return 0;
}

/* Any integer form. *negative tells that the result is the two's complement of a number below zero. */
static uint64_t get_integer(struct bf_reader *reader, bool *negative)
{
    uint8_t tag = (uint8_t)load(reader, 1);
    *negative = false;
    if (reader->bad || tag < 0x80)
        return tag;
    if (tag >= 0xe0) {
        *negative = true;
        return (uint64_t)(int64_t)(int8_t)tag;
    }
    if (tag >= 0xcc && tag <= 0xcf)
        return load(reader, 1u << (tag - 0xcc));
    if (tag < 0xd0 || tag > 0xd3)
        return fail(reader);
    unsigned bytes = 1u << (tag - 0xd0);
    uint64_t value = load(reader, bytes);
    if (bytes < 8 && value >> (8 * bytes - 1))
        value |= ~(uint64_t)0 << (8 * bytes);
    *negative = value >> 63;
    return value;
}

uint64_t bf_msgpack_get_uint(struct bf_reader *reader)
{
    bool negative;
    uint64_t value = get_integer(reader, &negative);
    return negative ? fail(reader) : value;
}

int64_t bf_msgpack_get_int(struct bf_reader *reader, int64_t low, int64_t high)
{
    bool negative;
    uint64_t value = get_integer(reader, &negative);
    bool fits = negative ? (int64_t)value >= low && (int64_t)value <= high
                         : high >= 0 && value <= (uint64_t)high && (int64_t)value >= low;
    if (reader->bad || !fits) {
        reader->bad = true;
        return low;
    }
    return (int64_t)value;
}

float bf_msgpack_get_float(struct bf_reader *reader)
{
    if (!reader->bad && reader->at < reader->end && *reader->at == 0xcb) {
        reader->at++;
        uint64_t bits = load(reader, 8);
        double wide;
        memcpy(&wide, &bits, sizeof wide);
        return (float)wide;
    }
    if (load(reader, 1) != 0xca)
        return (float)fail(reader);
    uint32_t bits = (uint32_t)load(reader, 4);
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/* Length of the str, bin or ext payload that `tag` begins; bad for other tags. */
static size_t payload_bytes(struct bf_reader *reader, uint8_t tag)
{
    if (tag >= 0xa0 && tag <= 0xbf)
        return tag & 0x1fu;
    switch (tag) {
    case 0xc4:
    case 0xd9: return load(reader, 1);
    case 0xc5:
    case 0xda: return load(reader, 2);
    case 0xc6:
    case 0xdb: return load(reader, 4);
    default: return fail(reader);
    }
}

struct bf_span bf_msgpack_get_span(struct bf_reader *reader)
{
    uint8_t tag = (uint8_t)load(reader, 1);
    size_t bytes = reader->bad ? 0 : payload_bytes(reader, tag);
    if (reader->bad || (size_t)(reader->end - reader->at) < bytes) {
        reader->bad = true;
        return (struct bf_span){(const uint8_t *)"", 0};
    }
    struct bf_span span = {reader->at, bytes};
    reader->at += bytes;
    return span;
}

static uint32_t get_count(struct bf_reader *reader, uint8_t fixed, uint8_t short_tag)
{
    uint8_t tag = (uint8_t)load(reader, 1);
    if (reader->bad)
        return 0;
    if ((tag & 0xf0) == fixed)
        return tag & 0x0fu;
    if (tag == short_tag)
        return (uint32_t)load(reader, 2);
    if (tag == short_tag + 1)
        return (uint32_t)load(reader, 4);
    return (uint32_t)fail(reader);
}

uint32_t bf_msgpack_get_array(struct bf_reader *reader)
{
    return get_count(reader, 0x90, 0xdc);
}

uint32_t bf_msgpack_get_map(struct bf_reader *reader)
{
    return get_count(reader, 0x80, 0xde);
}

bool bf_msgpack_get_nil(struct bf_reader *reader)
{
    if (reader->bad || reader->at >= reader->end || *reader->at != 0xc0)
        return false;
    reader->at++;
    return true;
}

/* Skip a value without its elements; returns how many elements follow it. */
static uint64_t skip_head(struct bf_reader *reader)
{
    static const uint8_t scalars[] = {[0] = 1,   [2] = 1,   [3] = 1,    [0xa] = 5,  [0xb] = 9,  [0xc] = 2, [0xd] = 3,
                                      [0xe] = 5, [0xf] = 9, [0x10] = 2, [0x11] = 3, [0x12] = 5, [0x13] = 9};
    if (reader->bad || reader->at >= reader->end)
        return fail(reader);
    uint8_t tag = *reader->at;
    if (tag < 0x80 || tag >= 0xe0) {
        reader->at++;
        return 0;
    }
    if (tag <= 0x8f || tag == 0xde || tag == 0xdf)
        return 2 * (uint64_t)bf_msgpack_get_map(reader);
    if (tag <= 0x9f || tag == 0xdc || tag == 0xdd)
        return bf_msgpack_get_array(reader);
    if (tag >= 0xc0 && tag <= 0xd3 && scalars[tag - 0xc0]) {
        load(reader, 1);
        for (unsigned left = scalars[tag - 0xc0] - 1u; left && !reader->bad; left--)
            load(reader, 1);
        return 0;
    }
    bf_msgpack_get_span(reader);
    return 0;
}

void bf_msgpack_skip(struct bf_reader *reader)
{
    uint64_t left = 1;
    while (left && !reader->bad) {
        uint64_t more = skip_head(reader);
        left += more - 1;
    }
}

bool bf_msgpack_span_is(struct bf_span span, const char *text)
{
    return span.bytes == strlen(text) && memcmp(span.data, text, span.bytes) == 0;
}

void bf_msgpack_span_copy(struct bf_span span, char *out, size_t room)
{
    size_t bytes = span.bytes < room ? span.bytes : room - 1;
    memcpy(out, span.data, bytes);
    out[bytes] = 0;
}
