/* What the snapshot says about a device. */
#ifndef BF_DEVICES_H
#define BF_DEVICES_H

#include "../state/client.h"

/* As much of the text as there is room for, always with its NUL. */
CUresult bf_devices_copy_text(const char *text, char *out, int room);
CUresult bf_devices_copy_uuid(const struct bf_device *device, CUuuid *out);

/* An attribute that the device's driver knows, and what is promised of it here: 0 if it does not reach across the
 * wire. */
bool bf_devices_has(const struct bf_device *device, CUdevice_attribute attribute);
int bf_devices_attribute(const struct bf_device *device, CUdevice_attribute attribute);

/* Devices of two servers are never peers. */
bool bf_devices_are_peers(const struct bf_device *device, const struct bf_device *peer);

CUresult bf_devices_host_atomics(unsigned *capabilities, const CUatomicOperation *operations, unsigned count);
CUresult bf_devices_peer_atomics(const struct bf_device *from, const struct bf_device *to,
                                 const CUatomicOperation *operations, unsigned count, unsigned *capabilities);

#endif
