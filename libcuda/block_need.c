/* Looks for .reqntid in PTX and for its record in cubins. Fields are little-endian and may be unaligned. */
#include "block_need.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "image.h"
#include "unpack.h"

enum { ALIGNMENT = 8, SECTION_BYTES = 64, SHT_CUDA_INFO = 0x70000000 };
enum { FORMAT_SIZED = 4, RECORD_HEAD = 4, RECORD_REQUIRED_BLOCK = 0x10 };

/* Milliseconds of a load; the code of a library that is larger is looked into in part. */
enum { UNPACKED_BYTES_MAX = 4 << 20 };

enum verdict { UNKNOWN, NONE, SOME };

static uint64_t number(const uint8_t *at, size_t bytes)
{
    uint64_t value = 0;
    memcpy(&value, at, bytes);
    return value;
}

/* Records of u8 format, u8 attribute, u16 value or, where the format says so, size of what follows. */
static enum verdict look_into_info(const uint8_t *at, size_t bytes)
{
    while (bytes >= RECORD_HEAD) {
        size_t record = RECORD_HEAD + (at[0] == FORMAT_SIZED ? (size_t)number(at + 2, 2) : 0);
        if (at[1] == RECORD_REQUIRED_BLOCK)
            return SOME;
        if (record > bytes)
            return UNKNOWN;
        at += record;
        bytes -= record;
    }
    return NONE;
}

/* `bytes` are as lc_image_open_bytes measured them, so the table of sections is inside; what it names may not be. */
static enum verdict look_into_elf(const uint8_t *elf, size_t bytes)
{
    uint64_t table = number(elf + 40, 8);
    unsigned count = (unsigned)number(elf + 60, 2);
    enum verdict verdict = UNKNOWN;
    for (unsigned i = 0; i < count; i++) {
        const uint8_t *section = elf + table + (size_t)i * SECTION_BYTES;
        uint64_t offset = number(section + 24, 8), size = number(section + 32, 8);
        if (number(section + 4, 4) != SHT_CUDA_INFO)
            continue;
        if (offset > bytes || size > bytes - offset)
            return UNKNOWN;
        enum verdict found = look_into_info(elf + offset, (size_t)size);
        if (found != NONE)
            return found;
        verdict = NONE;
    }
    return verdict;
}

static enum verdict look_into_text(const void *text, size_t bytes)
{
    static const char directive[] = ".reqntid";
    return memmem(text, bytes, directive, sizeof directive - 1) ? SOME : NONE;
}

static enum verdict look_into_code(unsigned kind, const uint8_t *code, size_t bytes)
{
    struct lc_image elf;
    if (kind == LC_FATBIN_PTX)
        return look_into_text(code, bytes);
    if (kind == LC_FATBIN_ELF && lc_image_open_bytes(code, bytes, &elf) && elf.kind == LC_IMAGE_ELF)
        return look_into_elf(elf.data, elf.bytes);
    return UNKNOWN;
}

/* What is compressed is looked into as long as `*effort`, in bytes, is left for it. */
static enum verdict look_into_entry(const struct lc_fatbin_entry *entry, size_t *effort)
{
    if (entry->packing == LC_FATBIN_PLAIN)
        return look_into_code(entry->kind, entry->payload, entry->bytes);
    if (!entry->bytes_plain || entry->bytes_plain > *effort)
        return UNKNOWN;
    *effort -= entry->bytes_plain;
    uint8_t *code = malloc(entry->bytes_plain);
    size_t bytes;
    bool plain = code && lc_unpack(entry, code, &bytes) == LC_UNPACK_DONE;
    enum verdict verdict = plain ? look_into_code(entry->kind, code, bytes) : UNKNOWN;
    free(code);
    return verdict;
}

static enum verdict look_into_fatbin(const struct lc_image *fatbin, size_t *effort)
{
    struct lc_fatbin_entry entry;
    size_t offset = 0;
    enum verdict verdict = UNKNOWN;
    while (lc_image_next_entry(fatbin, &offset, &entry)) {
        enum verdict found = look_into_entry(&entry, effort);
        if (found == SOME)
            return SOME;
        verdict = found == NONE ? NONE : verdict;
    }
    return verdict;
}

/* Fatbins one behind the other, as lc_image_flatten writes them: of a linked program the first has all kernels, each
 * of the others those of one file. */
static bool is_free_in_all(const uint8_t *at, size_t bytes)
{
    struct lc_image fatbin;
    size_t effort = UNPACKED_BYTES_MAX;
    bool whole = false, parts = true;
    unsigned count = 0;
    for (; lc_image_open_bytes(at, bytes, &fatbin) && fatbin.kind == LC_IMAGE_FATBIN; count++) {
        enum verdict found = look_into_fatbin(&fatbin, &effort);
        size_t length = (fatbin.bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        if (found == SOME)
            return false;
        if (count)
            parts = parts && found == NONE;
        else
            whole = found == NONE;
        length = length < bytes ? length : bytes;
        at += length;
        bytes -= length;
    }
    return whole || (count > 1 && parts);
}

bool lc_block_need_none(const void *image, size_t bytes)
{
    struct lc_image opened;
    if (!lc_image_open_bytes(image, bytes, &opened))
        return false;
    switch (opened.kind) {
    case LC_IMAGE_PTX: return look_into_text(opened.data, opened.bytes) == NONE;
    case LC_IMAGE_ELF: return look_into_elf(opened.data, opened.bytes) == NONE;
    case LC_IMAGE_FATBIN: return is_free_in_all(image, bytes);
    case LC_IMAGE_UNKNOWN: break;
    }
    return false;
}
