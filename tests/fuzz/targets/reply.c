/* The body of a reply, as that of every call in turn. */
#include "fuzz.h"

#include "../../../shim/generated/calls.h"
#include "../../../shim/wire/decode.h"

static void read_as(const struct bf_call *call, const uint8_t *data, size_t size)
{
    struct bf_reader reader = {data, data + size, false};
    struct bf_reply_head head;
    struct bf_value values[BF_REPLY_VALUES_MAX];
    bf_decode_reply_head(&reader, &head);
    bf_decode_reply_values(&reader, call, &head, values);
    for (unsigned i = 0; i < call->reply_count && !reader.bad; i++)
        if (call->reply[i] == 's' || call->reply[i] == 'b')
            fuzz_touch(values[i].p, values[i].bytes);
}

static void read_each(const uint8_t *data, size_t size)
{
    uint64_t number, offset;
    unsigned descriptor;
    struct bf_reader reader = {data, data + size, false};
    bf_decode_data(&reader, &number, &offset);
    reader = (struct bf_reader){data, data + size, false};
    bf_decode_output(&reader, &descriptor);
    reader = (struct bf_reader){data, data + size, false};
    while (!reader.bad && reader.at < reader.end)
        bf_msgpack_skip(&reader);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2)
        return 0;
    read_as(&bf_calls[(data[0] | data[1] << 8) % BF_CALL_COUNT], data + 2, size - 2);
    read_each(data + 2, size - 2);
    return 0;
}
