/* What a device is called: name, UUID, PCI address. The same in every process of the machine, because all follow
 * from the device's number on the host, the one without CUDA_VISIBLE_DEVICES. */
#ifndef SG_IDENTITY_H
#define SG_IDENTITY_H

#define SG_DEVICE_NAME "bitfusion softgpu"

/* "0000:10:00.0" is device 0; each has a bus of its own.. */
enum { SG_PCI_DOMAIN = 0, SG_PCI_BUS_FIRST = 0x10, SG_PCI_SLOT = 0 };

enum { SG_UUID_BYTES = 16, SG_UUID_TEXT = 48, SG_PCI_TEXT = 16 };

void sg_identity_uuid(unsigned number, unsigned char out[SG_UUID_BYTES]);

/* "GPU-" and the UUID in the usual form. */
void sg_identity_uuid_text(unsigned number, char out[SG_UUID_TEXT]);

#endif
