/* UUIDs of devices. */
#include "identity.h"

#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* FNV-1a. */
static uint64_t hash(const char *bytes, size_t count)
{
    uint64_t value = 0xcbf29ce484222325;
    for (size_t i = 0; i < count; i++)
        value = (value ^ (unsigned char)bytes[i]) * 0x100000001b3;
    return value;
}

/* A number that stays the same for this machine and differs from others', so that a program that uses several
 * machines' devices sees distinct UUIDs. */
static uint64_t machine_number(void)
{
    char text[256] = "";
    ssize_t got = -1;
    int file = open("/etc/machine-id", O_RDONLY | O_CLOEXEC);
    if (file >= 0) {
        got = read(file, text, sizeof text);
        close(file);
    }
    if (got <= 0) {
        if (gethostname(text, sizeof text - 1))
            return 0;
        got = (ssize_t)strlen(text);
    }
    return hash(text, (size_t)got);
}

/* Shape of a version 8 (vendor's own) UUID: "softgp", machine, number. */
void sg_identity_uuid(unsigned number, unsigned char out[SG_UUID_BYTES])
{
    static const unsigned char head[9] = {'s', 'o', 'f', 't', 'g', 'p', 0x80, 0, 0x80};
    uint64_t machine = machine_number();
    memcpy(out, head, sizeof head);
    for (size_t i = 0; i < 6; i++)
        out[9 + i] = (unsigned char)(machine >> (8 * i));
    out[15] = (unsigned char)number;
}

void sg_identity_uuid_text(unsigned number, char out[SG_UUID_TEXT])
{
    unsigned char uuid[SG_UUID_BYTES];
    sg_identity_uuid(number, uuid);
    char *at = out + sprintf(out, "GPU-");
    for (size_t i = 0; i < sizeof uuid; i++) {
        at += sprintf(at, "%02x", uuid[i]);
        if (i == 3 || i == 5 || i == 7 || i == 9)
            *at++ = '-';
    }
    *at = 0;
}
