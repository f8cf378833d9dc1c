/* What a target is: a function that bears any bytes. libFuzzer calls it again and again; replay.c once for each file.
 *
 * A target reads all that the code under test gives it, so that what points outside is seen by the sanitizers. */
#ifndef FUZZ_H
#define FUZZ_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Bytes that are looked at. */
static inline unsigned fuzz_touch(const void *data, size_t bytes)
{
    const volatile uint8_t *at = data;
    unsigned sum = 0;
    for (size_t i = 0; i < bytes; i++)
        sum += at[i];
    return sum;
}

#endif
