/* The answer to HELLO: a frame of WELCOME or REFUSED, and the snapshot in it. */
#include "fuzz.h"

#include <string.h>

#include "../../../shim/wire/snapshot.h"
#include "../../../shim/wire/welcome.h"

static unsigned touch(struct bf_span span)
{
    return fuzz_touch(span.data, span.bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bf_frame frame;
    struct bf_answer answer;
    struct bf_snapshot snapshot;
    char problem[768];
    if (size < BF_FRAME_HEADER_BYTES || !bf_decode_frame(data, &frame) || !bf_welcome_is_answer(&frame))
        return 0;
    frame.body_bytes = (uint32_t)(size - BF_FRAME_HEADER_BYTES);
    int code = bf_welcome_read("host:55001", &frame, data + BF_FRAME_HEADER_BYTES, &answer, problem, sizeof problem);
    if (code)
        (void)strlen(problem);
    /* Also what nobody reads of a refusal. */
    struct bf_reader reader = {data + BF_FRAME_HEADER_BYTES, data + size, false};
    bf_decode_answer(&reader, &answer);
    touch(answer.token);
    touch(answer.snapshot);
    touch(answer.reason);
    touch(answer.hint);
    touch(answer.release);
    touch(answer.calls);
    if (bf_snapshot_decode(answer.snapshot, &snapshot)) {
        for (unsigned i = 0; i < snapshot.count; i++)
            (void)(strlen(snapshot.devices[i].name) + strlen(snapshot.devices[i].pci_bus_id));
        fuzz_touch(snapshot.devices, snapshot.count * sizeof *snapshot.devices);
        bf_snapshot_free(&snapshot);
    }
    return 0;
}
