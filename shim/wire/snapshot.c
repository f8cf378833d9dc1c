/* What a CUDA Server says about its devices at connect. */
#include "snapshot.h"

#include <stdlib.h>
#include <string.h>

static void decode_attributes(struct bf_reader *reader, struct bf_device_facts *device)
{
    uint32_t count = bf_msgpack_get_array(reader);
    for (uint32_t i = 0; i < count && !reader->bad; i++) {
        if (i >= BF_ATTRIBUTES_MAX) {
            bf_msgpack_skip(reader);
        } else if (!bf_msgpack_get_nil(reader)) {
            device->attributes[i] = (int)bf_msgpack_get_int(reader, INT32_MIN, INT32_MAX);
            device->has_attribute[i] = 1;
        }
    }
}

static void decode_peers(struct bf_reader *reader, struct bf_device_facts *device)
{
    uint32_t count = bf_msgpack_get_array(reader);
    reader->bad |= count > BF_DEVICES_MAX;
    for (uint32_t i = 0; i < count && !reader->bad; i++)
        device->peers[i] = (uint8_t)bf_msgpack_get_int(reader, 0, 1);
}

static void decode_uuid(struct bf_reader *reader, struct bf_device_facts *device)
{
    struct bf_span uuid = bf_msgpack_get_span(reader);
    reader->bad |= uuid.bytes != sizeof device->uuid;
    if (!reader->bad)
        memcpy(device->uuid, uuid.data, sizeof device->uuid);
}

static void decode_field(struct bf_reader *reader, struct bf_span key, struct bf_device_facts *device)
{
    if (bf_msgpack_span_is(key, "name"))
        bf_msgpack_span_copy(bf_msgpack_get_span(reader), device->name, sizeof device->name);
    else if (bf_msgpack_span_is(key, "pci_bus_id"))
        bf_msgpack_span_copy(bf_msgpack_get_span(reader), device->pci_bus_id, sizeof device->pci_bus_id);
    else if (bf_msgpack_span_is(key, "uuid"))
        decode_uuid(reader, device);
    else if (bf_msgpack_span_is(key, "total_memory"))
        device->total_memory = bf_msgpack_get_uint(reader);
    else if (bf_msgpack_span_is(key, "attributes"))
        decode_attributes(reader, device);
    else if (bf_msgpack_span_is(key, "peers"))
        decode_peers(reader, device);
    else if (bf_msgpack_span_is(key, "priority_least"))
        device->priority_least = (int)bf_msgpack_get_int(reader, INT32_MIN, INT32_MAX);
    else if (bf_msgpack_span_is(key, "priority_greatest"))
        device->priority_greatest = (int)bf_msgpack_get_int(reader, INT32_MIN, INT32_MAX);
    else if (bf_msgpack_span_is(key, "primary_flags"))
        device->primary_flags = (unsigned)bf_msgpack_get_int(reader, 0, UINT32_MAX);
    else if (bf_msgpack_span_is(key, "primary_active"))
        device->primary_active = (int)bf_msgpack_get_int(reader, 0, 1);
    else
        bf_msgpack_skip(reader);
}

static void decode_device(struct bf_reader *reader, struct bf_device_facts *device)
{
    uint32_t count = bf_msgpack_get_map(reader);
    for (uint32_t i = 0; i < count && !reader->bad; i++) {
        struct bf_span key = bf_msgpack_get_span(reader);
        decode_field(reader, key, device);
    }
}

static void decode_devices(struct bf_reader *reader, struct bf_snapshot *out)
{
    uint32_t count = bf_msgpack_get_array(reader);
    reader->bad |= count > BF_DEVICES_MAX || out->devices;
    if (reader->bad)
        return;
    out->devices = calloc(count ? count : 1, sizeof *out->devices);
    reader->bad |= !out->devices;
    for (uint32_t i = 0; i < count && !reader->bad; i++)
        decode_device(reader, &out->devices[i]);
    out->count = count;
}

bool bf_snapshot_decode(struct bf_span bytes, struct bf_snapshot *out)
{
    struct bf_reader reader = {bytes.data, bytes.data + bytes.bytes, false};
    *out = (struct bf_snapshot){0};
    uint32_t count = bf_msgpack_get_map(&reader);
    for (uint32_t i = 0; i < count && !reader.bad; i++) {
        struct bf_span key = bf_msgpack_get_span(&reader);
        if (bf_msgpack_span_is(key, "driver_version"))
            out->driver_version = (int)bf_msgpack_get_int(&reader, 1, INT32_MAX);
        else if (bf_msgpack_span_is(key, "devices"))
            decode_devices(&reader, out);
        else
            bf_msgpack_skip(&reader);
    }
    if (reader.bad || reader.at != reader.end || !out->devices || !out->driver_version) {
        bf_snapshot_free(out);
        return false;
    }
    return true;
}

void bf_snapshot_free(struct bf_snapshot *snapshot)
{
    free(snapshot->devices);
    *snapshot = (struct bf_snapshot){0};
}
