/* Not a target: a defect that is planted behind the decoder of frames, at what it has decoded. A fuzzer that sees which
 * code it reaches finds the way step by step, in seconds; one that does not find it does not work. */
#include "fuzz.h"

#include <stdlib.h>

#include "../../../shim/wire/decode.h"

static void plant(const struct bf_frame *frame)
{
    if (frame->kind != BF_OUTPUT)
        return;
    if (frame->body_bytes != 77)
        return;
    if (frame->bulk_bytes != 3)
        return;
    char *room = calloc(1, 8);
    if (room)
        fuzz_touch(room + frame->bulk_bytes, 8);
    free(room);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bf_frame frame;
    if (size == BF_FRAME_HEADER_BYTES && bf_decode_frame(data, &frame))
        plant(&frame);
    return 0;
}
