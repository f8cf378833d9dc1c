/* Lengths and kinds of code images. All fields are little-endian and may be unaligned: they are read through memcpy. */
#include "image.h"

#include <ctype.h>
#include <string.h>

static const uint32_t WRAPPER_MAGIC = 0x466243B1;
static const uint32_t FATBIN_MAGIC = 0xBA55ED50;

enum {
    FATBIN_ALIGNMENT = 8,
    FATBIN_HEADER = 16,
    ENTRY_HEADER_MIN = 64,
    ELF_HEADER = 64,
    ELF_SECTION = 64,
    ELF_SEGMENT = 56
};
enum { FLAG_LZ4 = 0x2000, FLAG_ZSTD = 0x8000 };

static uint64_t number(const void *at, size_t bytes)
{
    uint64_t value = 0;
    memcpy(&value, at, bytes);
    return value;
}

static uint16_t u16(const uint8_t *base, size_t offset)
{
    return (uint16_t)number(base + offset, 2);
}
static uint32_t u32(const uint8_t *base, size_t offset)
{
    return (uint32_t)number(base + offset, 4);
}
static uint64_t u64(const uint8_t *base, size_t offset)
{
    return number(base + offset, 8);
}

/* The end of [offset, offset + bytes), or 0 if it is beyond `room`. */
static size_t end_of(uint64_t offset, uint64_t bytes, size_t room)
{
    return offset <= room && bytes <= room - offset ? (size_t)(offset + bytes) : 0;
}

static size_t fatbin_bytes(const uint8_t *data, size_t room)
{
    return room >= FATBIN_HEADER && u16(data, 6) == FATBIN_HEADER ? end_of(FATBIN_HEADER, u64(data, 8), room) : 0;
}

static void widen(size_t *end, size_t candidate)
{
    if (candidate > *end)
        *end = candidate;
}

/* An ELF ends where the last of its header tables, sections and segments does. */
static size_t elf_bytes(const uint8_t *data, size_t room)
{
    enum { SHT_NOBITS = 8, CLASS_64 = 2 };
    if (room < ELF_HEADER || data[4] != CLASS_64)
        return 0;
    uint64_t segments = u64(data, 32), sections = u64(data, 40);
    unsigned segment_count = u16(data, 56), section_count = u16(data, 60);
    size_t segments_end = end_of(segments, (uint64_t)segment_count * ELF_SEGMENT, room);
    size_t sections_end = end_of(sections, (uint64_t)section_count * ELF_SECTION, room);
    if ((segment_count && !segments_end) || (section_count && !sections_end))
        return 0;
    size_t end = ELF_HEADER;
    widen(&end, segments_end);
    widen(&end, sections_end);
    for (unsigned i = 0; i < section_count; i++) {
        const uint8_t *section = data + sections + (size_t)i * ELF_SECTION;
        if (u32(section, 4) != SHT_NOBITS)
            widen(&end, end_of(u64(section, 24), u64(section, 32), room));
    }
    for (unsigned i = 0; i < segment_count; i++) {
        const uint8_t *segment = data + segments + (size_t)i * ELF_SEGMENT;
        widen(&end, end_of(u64(segment, 8), u64(segment, 32), room));
    }
    return end;
}

/* PTX begins, after blanks, with a directive or a comment. */
static size_t ptx_bytes(const char *text, size_t room)
{
    size_t i = 0;
    while (i < room && isspace((unsigned char)text[i]))
        i++;
    if (i == room || (text[i] != '.' && text[i] != '/'))
        return 0;
    return strnlen(text, room);
}

/* An image that is no wrapper, of at most `room` bytes. */
static bool open_plain(const void *image, size_t room, struct lc_image *out)
{
    const uint8_t *data = image;
    static const uint8_t elf_magic[4] = {0x7F, 'E', 'L', 'F'};
    struct lc_image found = {.data = data};
    /* A text is read byte by byte, so that one shorter than a magic number is not overrun. */
    if (room && (data[0] == (FATBIN_MAGIC & 0xFF) || data[0] == elf_magic[0])) {
        if (room < sizeof elf_magic)
            return false;
        if (u32(data, 0) == FATBIN_MAGIC) {
            found.kind = LC_IMAGE_FATBIN;
            found.bytes = fatbin_bytes(data, room);
        } else if (memcmp(data, elf_magic, sizeof elf_magic) == 0) {
            found.kind = LC_IMAGE_ELF;
            found.bytes = elf_bytes(data, room);
        }
    } else {
        found.kind = LC_IMAGE_PTX;
        found.bytes = ptx_bytes(image, room);
    }
    if (!found.bytes)
        return false;
    *out = found;
    return true;
}

bool lc_image_open(const void *image, struct lc_image *out)
{
    if (!image)
        return false;
    const uint8_t *data = image;
    if (data[0] != (WRAPPER_MAGIC & 0xFF) || u32(data, 0) != WRAPPER_MAGIC)
        return open_plain(image, LC_IMAGE_BYTES_MAX, out);
    uint32_t version = u32(data, 4);
    const void *inside, *extra;
    memcpy(&inside, data + 8, sizeof inside);
    memcpy(&extra, data + 16, sizeof extra);
    if ((version != 1 && version != 2) || !inside || !open_plain(inside, LC_IMAGE_BYTES_MAX, out))
        return false;
    if (version == 2)
        out->parts = extra;
    return true;
}

bool lc_image_open_bytes(const void *data, size_t bytes, struct lc_image *out)
{
    return data && bytes <= LC_IMAGE_BYTES_MAX && open_plain(data, bytes, out);
}

bool lc_image_next_entry(const struct lc_image *fatbin, size_t *offset, struct lc_fatbin_entry *out)
{
    if (fatbin->kind != LC_IMAGE_FATBIN)
        return false;
    size_t at = *offset ? *offset : FATBIN_HEADER;
    if (at > fatbin->bytes || fatbin->bytes - at < ENTRY_HEADER_MIN)
        return false;
    const uint8_t *entry = (const uint8_t *)fatbin->data + at;
    size_t header = u32(entry, 4), room = fatbin->bytes - at;
    uint64_t padded = u64(entry, 8);
    if (header < ENTRY_HEADER_MIN || header > room || padded > room - header)
        return false;
    uint32_t stored = u32(entry, 16);
    uint64_t plain = u64(entry, 56), flags = u64(entry, 40);
    if (stored > padded || plain > LC_IMAGE_BYTES_MAX)
        return false;
    *out = (struct lc_fatbin_entry){
        .kind = u16(entry, 0),
        .sm = u32(entry, 28),
        .version_major = u16(entry, 26),
        .version_minor = u16(entry, 24),
        .flags = flags,
        .packing = flags & FLAG_ZSTD  ? LC_FATBIN_ZSTD
                   : flags & FLAG_LZ4 ? LC_FATBIN_LZ4
                                      : LC_FATBIN_PLAIN,
        .payload = entry + header,
        .bytes = stored ? stored : (size_t)padded,
    };
    out->bytes_plain = out->packing == LC_FATBIN_PLAIN ? out->bytes : (size_t)plain;
    *offset = at + header + (size_t)padded;
    return true;
}

/* Copy a fatbin, and what it takes to the next multiple of 8, to out + *used, where there is room for it. */
static void append(const struct lc_image *fatbin, uint8_t *out, size_t room, size_t *used)
{
    static const uint8_t gap[FATBIN_ALIGNMENT];
    size_t bytes = fatbin->bytes, padding = (FATBIN_ALIGNMENT - bytes % FATBIN_ALIGNMENT) % FATBIN_ALIGNMENT;
    if (*used <= room && bytes + padding <= room - *used) {
        memcpy(out + *used, fatbin->data, bytes);
        memcpy(out + *used + bytes, gap, padding);
    }
    *used += bytes + padding;
}

size_t lc_image_flatten(const struct lc_image *image, void *out, size_t room)
{
    if (image->kind != LC_IMAGE_FATBIN)
        return 0;
    size_t used = 0;
    append(image, out, room, &used);
    for (const void *const *part = image->parts; part && *part; part++) {
        struct lc_image opened;
        if (!lc_image_open(*part, &opened) || opened.kind != LC_IMAGE_FATBIN || opened.parts ||
            used > LC_IMAGE_BYTES_MAX - opened.bytes)
            return 0;
        append(&opened, out, room, &used);
    }
    return used;
}
