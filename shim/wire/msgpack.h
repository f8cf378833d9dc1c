/* msgpack values <-> bytes, the subset that the protocol uses. Knows nothing of calls, frames or sockets.
 *
 * Both ends have a sticky error: a writer that ran out of room writes nothing more and stays `full`, a reader that met
 * something unexpected returns zeros and stays `bad`. Fill or read everything, then look once. */
#ifndef BF_MSGPACK_H
#define BF_MSGPACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bf_writer {
    uint8_t *at, *end;
    bool full;
};

struct bf_reader {
    const uint8_t *at, *end;
    bool bad;
};

/* A string or binary inside the bytes that were read: valid as long as those are. Not NUL-terminated. */
struct bf_span {
    const uint8_t *data;
    size_t bytes;
};

void bf_msgpack_put_uint(struct bf_writer *writer, uint64_t value);
void bf_msgpack_put_int(struct bf_writer *writer, int64_t value);
void bf_msgpack_put_float(struct bf_writer *writer, float value);
void bf_msgpack_put_bin(struct bf_writer *writer, const void *data, size_t bytes);
void bf_msgpack_put_str(struct bf_writer *writer, const void *data, size_t bytes);
void bf_msgpack_put_text(struct bf_writer *writer, const char *text);
void bf_msgpack_put_array(struct bf_writer *writer, uint32_t count);
void bf_msgpack_put_map(struct bf_writer *writer, uint32_t count);

uint64_t bf_msgpack_get_uint(struct bf_reader *reader);
/* Integers outside [low, high] are bad, and low is returned for them. */
int64_t bf_msgpack_get_int(struct bf_reader *reader, int64_t low, int64_t high);
float bf_msgpack_get_float(struct bf_reader *reader);
/* str and bin alike. */
struct bf_span bf_msgpack_get_span(struct bf_reader *reader);
uint32_t bf_msgpack_get_array(struct bf_reader *reader);
uint32_t bf_msgpack_get_map(struct bf_reader *reader);
/* True, and consumed, if the next value is nil. */
bool bf_msgpack_get_nil(struct bf_reader *reader);
/* One value of any kind, however nested. */
void bf_msgpack_skip(struct bf_reader *reader);

bool bf_msgpack_span_is(struct bf_span span, const char *text);
/* Copy as much as fits and end with a NUL. */
void bf_msgpack_span_copy(struct bf_span span, char *out, size_t room);

#endif
