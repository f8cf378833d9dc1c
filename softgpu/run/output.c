/* What kernels print: a ring of records, each with its length and its destination in front. */
#include "output.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

struct record {
    uint32_t bytes, error;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static unsigned char *ring;              /* SG_OUTPUT_BYTES; made by the first record, kept until the process ends */
static size_t first, used;
static atomic_bool pending;

static void put(size_t at, const void *from, size_t bytes)
{
    const unsigned char *text = from;
    for (size_t i = 0; i < bytes; i++)
        ring[(at + i) % SG_OUTPUT_BYTES] = text[i];
}

static void get(size_t at, void *to, size_t bytes)
{
    unsigned char *text = to;
    for (size_t i = 0; i < bytes; i++)
        text[i] = ring[(at + i) % SG_OUTPUT_BYTES];
}

/* Takes the oldest record out; its text begins at *text. */
static struct record take(size_t *text)
{
    struct record record;
    get(first, &record, sizeof record);
    *text = first + sizeof record;
    first = (first + sizeof record + record.bytes) % SG_OUTPUT_BYTES;
    used -= sizeof record + record.bytes;
    return record;
}

void sg_output_append(const char *text, size_t bytes, bool error)
{
    struct record record = {(uint32_t)bytes, error};
    size_t ignored;
    if (sizeof record + bytes > SG_OUTPUT_BYTES)
        return;
    pthread_mutex_lock(&lock);
    if (!ring)
        ring = malloc(SG_OUTPUT_BYTES);
    while (ring && used + sizeof record + bytes > SG_OUTPUT_BYTES)
        (void)take(&ignored);
    if (ring) {
        put(first + used, &record, sizeof record);
        put(first + used + sizeof record, text, bytes);
        used += sizeof record + bytes;
        atomic_store_explicit(&pending, true, memory_order_release);
    }
    pthread_mutex_unlock(&lock);
}

static void write_record(struct record record, size_t text)
{
    FILE *to = record.error ? stderr : stdout;
    size_t begin = text % SG_OUTPUT_BYTES, whole = SG_OUTPUT_BYTES - begin;
    size_t head = record.bytes < whole ? record.bytes : whole;
    /* A full disk or a closed stream is the application's to notice; there is nobody here to tell. */
    (void)!fwrite(ring + begin, 1, head, to);
    (void)!fwrite(ring, 1, record.bytes - head, to);
}

void sg_output_flush(void)
{
    if (!atomic_load_explicit(&pending, memory_order_acquire))
        return;
    pthread_mutex_lock(&lock);
    while (used) {
        size_t text;
        struct record record = take(&text);
        write_record(record, text);
    }
    atomic_store_explicit(&pending, false, memory_order_release);
    pthread_mutex_unlock(&lock);
}
