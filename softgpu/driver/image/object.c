/* Host objects and archives. Device code lies in sections of its own: fatbins, one behind the other. */
#include "object.h"

#include <ar.h>
#include <elf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FATBIN_ALIGNMENT = 8, NUMBER_DIGITS = 20 };

/* ---- Objects ---- */

static bool read_header(const void *data, size_t bytes, Elf64_Ehdr *header)
{
    if (bytes < sizeof *header || memcmp(data, ELFMAG, SELFMAG) != 0)
        return false;
    memcpy(header, data, sizeof *header);
    return header->e_ident[EI_CLASS] == ELFCLASS64 && header->e_shentsize == sizeof(Elf64_Shdr) &&
           header->e_shoff <= bytes && (bytes - header->e_shoff) / sizeof(Elf64_Shdr) >= header->e_shnum;
}

/* A section whose content lies inside; any other is as if it were empty. */
static Elf64_Shdr section_at(const char *data, size_t bytes, const Elf64_Ehdr *header, unsigned number)
{
    Elf64_Shdr section = {0};
    if (number < header->e_shnum)
        memcpy(&section, data + header->e_shoff + number * sizeof section, sizeof section);
    bool inside = section.sh_offset <= bytes && section.sh_size <= bytes - section.sh_offset;
    if (section.sh_type == SHT_NOBITS || !inside)
        section.sh_offset = section.sh_size = 0;
    return section;
}

static bool holds_code(const char *data, const Elf64_Shdr *names, const Elf64_Shdr *section)
{
    static const char *const wanted[] = {"__nv_relfatbin", ".nv_fatbin"};
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        size_t length = strlen(wanted[i]) + 1;
        if (section->sh_name < names->sh_size && names->sh_size - section->sh_name >= length &&
            memcmp(data + names->sh_offset + section->sh_name, wanted[i], length) == 0)
            return true;
    }
    return false;
}

bool sg_object_is(const void *data, size_t bytes)
{
    Elf64_Ehdr header;
    return read_header(data, bytes, &header);
}

/* *at is a place in the file: fatbins are found in the order of the sections. */
bool sg_object_next(const void *data, size_t bytes, size_t *at, struct lc_image *fatbin)
{
    Elf64_Ehdr header;
    if (!read_header(data, bytes, &header))
        return false;
    Elf64_Shdr names = section_at(data, bytes, &header, header.e_shstrndx);
    for (unsigned i = 0; i < header.e_shnum; i++) {
        Elf64_Shdr section = section_at(data, bytes, &header, i);
        size_t end = section.sh_offset + section.sh_size, from = section.sh_offset > *at ? section.sh_offset : *at;
        if (!section.sh_size || from >= end || !holds_code(data, &names, &section))
            continue;
        if (!lc_image_open_bytes((const char *)data + from, end - from, fatbin) || fatbin->kind != LC_IMAGE_FATBIN)
            continue;
        *at = from + (fatbin->bytes + FATBIN_ALIGNMENT - 1) / FATBIN_ALIGNMENT * FATBIN_ALIGNMENT;
        return true;
    }
    return false;
}

/* ---- Archives ---- */

/* A number of a member's header: decimal digits, padded with blanks. */
static size_t read_number(const char *field, size_t width)
{
    char digits[NUMBER_DIGITS] = "";
    memcpy(digits, field, width);
    return strtoul(digits, NULL, 10);
}

/* Names that are too long for a header are in a member of their own, "//". */
static void read_name(const char *data, size_t bytes, const struct ar_hdr *header, size_t long_names, char out[64])
{
    const char *name = header->ar_name;
    size_t room = sizeof header->ar_name;
    if (name[0] == '/' && name[1] >= '0' && name[1] <= '9' && long_names) {
        size_t offset = long_names + read_number(name + 1, sizeof header->ar_name - 1);
        name = offset < bytes ? data + offset : "";
        room = offset < bytes ? bytes - offset : 0;
    }
    size_t length = 0;
    while (length < room && length < 63 && name[length] != '/' && name[length] != '\n' && name[length])
        length++;
    memcpy(out, name, length);
    out[length] = 0;
}

/* Where the content of the member at `at` begins, and its length; 0 if there is none. */
static size_t open_member(const char *data, size_t bytes, size_t at, struct ar_hdr *header, size_t *length)
{
    if (at > bytes || bytes - at < sizeof *header)
        return 0;
    memcpy(header, data + at, sizeof *header);
    *length = read_number(header->ar_size, sizeof header->ar_size);
    size_t begin = at + sizeof *header;
    return memcmp(header->ar_fmag, ARFMAG, sizeof header->ar_fmag) == 0 && *length <= bytes - begin ? begin : 0;
}

bool sg_object_is_archive(const void *data, size_t bytes)
{
    struct ar_hdr header;
    size_t length, begin, place = SARMAG;
    if (bytes < SARMAG || memcmp(data, ARMAG, SARMAG) != 0)
        return false;
    while (place < bytes && (begin = open_member(data, bytes, place, &header, &length)) != 0)
        place = begin + length + length % 2;
    return place >= bytes;
}

static bool is_name(const struct ar_hdr *header, const char *name)
{
    return strncmp(header->ar_name, name, strlen(name)) == 0 && header->ar_name[strlen(name)] == ' ';
}

bool sg_object_next_member(const void *data, size_t bytes, size_t *at, struct sg_member *out)
{
    struct ar_hdr header;
    size_t length, begin, long_names = 0;
    for (size_t place = SARMAG; (begin = open_member(data, bytes, place, &header, &length)) != 0;
         place = begin + length + length % 2) {
        if (is_name(&header, "//"))
            long_names = begin;
        if (place < *at || is_name(&header, "/") || is_name(&header, "//") || is_name(&header, "/SYM64/"))
            continue;
        read_name(data, bytes, &header, long_names, out->name);
        out->data = (const char *)data + begin;
        out->bytes = length;
        *at = begin + length + length % 2;
        return true;
    }
    return false;
}
