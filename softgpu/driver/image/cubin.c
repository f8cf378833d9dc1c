/* Writing and reading softgpu's cubins. Nothing outside the given bytes is read, whatever they say. */
#include "cubin.h"

#include <elf.h>
#include <stdlib.h>
#include <string.h>

#include "../state/device.h"

enum { EM_NVIDIA_CUDA = 190, OSABI_CUDA = 0x41, ABI_CUDA = 8 };

/* A section for each source; its flags say the role, its content is the name and the text, each with a NUL. */
static const char names[] = "\0.shstrtab\0.softgpu.ptx";
enum { NAME_STRINGS = 1, NAME_SOURCE = 11, SECTION_STRINGS = 1, SECTIONS_FIXED = 2 };

static size_t content_bytes(const struct sg_source *source)
{
    return strlen(source->name) + 1 + source->bytes + 1;
}

static size_t align_8(size_t bytes)
{
    return (bytes + 7) / 8 * 8;
}

/* The limits stand where other files have their entry point, which this one has not. */
static void fill_header(Elf64_Ehdr *header, size_t table, unsigned sections, struct sg_cubin_limits limits)
{
    const struct sg_architecture *arch = sg_attributes_architecture();
    *header = (Elf64_Ehdr){
        .e_ident = {ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64, ELFDATA2LSB, EV_CURRENT, OSABI_CUDA, ABI_CUDA},
        .e_type = ET_EXEC,
        .e_machine = EM_NVIDIA_CUDA,
        .e_version = EV_CURRENT,
        .e_entry = (uint64_t)limits.threads << 32 | limits.registers,
        .e_shoff = table,
        .e_flags = (unsigned)(10 * arch->major + arch->minor) << 8,
        .e_ehsize = sizeof(Elf64_Ehdr),
        .e_shentsize = sizeof(Elf64_Shdr),
        .e_shnum = (Elf64_Half)sections,
        .e_shstrndx = SECTION_STRINGS,
    };
}

void *sg_cubin_build(const struct sg_source *sources, unsigned count, struct sg_cubin_limits limits, size_t *bytes)
{
    size_t at = align_8(sizeof(Elf64_Ehdr) + sizeof names), total = at;
    unsigned used = 0;
    for (unsigned i = 0; i < count; i++) {
        total += sources[i].used ? align_8(content_bytes(&sources[i])) : 0;
        used += sources[i].used;
    }
    if (used >= SHN_LORESERVE - SECTIONS_FIXED)
        return NULL;
    size_t all = total + (used + SECTIONS_FIXED) * sizeof(Elf64_Shdr);
    char *data = calloc(1, all);
    if (!data)
        return NULL;
    Elf64_Shdr *section = (Elf64_Shdr *)(void *)(data + total);
    fill_header((Elf64_Ehdr *)(void *)data, total, used + SECTIONS_FIXED, limits);
    memcpy(data + sizeof(Elf64_Ehdr), names, sizeof names);
    *++section = (Elf64_Shdr){.sh_name = NAME_STRINGS,
                              .sh_type = SHT_STRTAB,
                              .sh_offset = sizeof(Elf64_Ehdr),
                              .sh_size = sizeof names,
                              .sh_addralign = 1};
    for (unsigned i = 0; i < count; i++) {
        if (!sources[i].used)
            continue;
        size_t name = strlen(sources[i].name) + 1, content = content_bytes(&sources[i]);
        *++section = (Elf64_Shdr){.sh_name = NAME_SOURCE,
                                  .sh_type = SHT_PROGBITS,
                                  .sh_info = sources[i].role,
                                  .sh_offset = at,
                                  .sh_size = content,
                                  .sh_addralign = 8};
        memcpy(data + at, sources[i].name, name);
        memcpy(data + at + name, sources[i].text, sources[i].bytes);
        at += align_8(content);
    }
    *bytes = all;
    return data;
}

/* The section of this number, if it and its content lie inside. */
static bool read_section(const char *data, size_t bytes, unsigned number, Elf64_Shdr *out)
{
    Elf64_Ehdr header;
    if (bytes < sizeof header)
        return false;
    memcpy(&header, data, sizeof header);
    uint64_t room = bytes - sizeof header;
    if (number >= header.e_shnum || header.e_shoff > bytes || (bytes - header.e_shoff) / sizeof *out <= number ||
        header.e_shentsize != sizeof *out || !room)
        return false;
    memcpy(out, data + header.e_shoff + number * sizeof *out, sizeof *out);
    return out->sh_type == SHT_NOBITS || (out->sh_offset <= bytes && out->sh_size <= bytes - out->sh_offset);
}

bool sg_cubin_is(const void *data, size_t bytes)
{
    Elf64_Shdr strings;
    return bytes > sizeof(Elf64_Ehdr) && memcmp(data, ELFMAG, SELFMAG) == 0 &&
           read_section(data, bytes, SECTION_STRINGS, &strings) && strings.sh_size == sizeof names &&
           memcmp((const char *)data + strings.sh_offset, names, sizeof names) == 0;
}

bool sg_cubin_next(const void *data, size_t bytes, unsigned *at, struct sg_source *out)
{
    Elf64_Shdr section;
    unsigned number = *at ? *at : SECTIONS_FIXED;
    if (!read_section(data, bytes, number, &section) || section.sh_name != NAME_SOURCE)
        return false;
    const char *name = (const char *)data + section.sh_offset;
    size_t name_bytes = strnlen(name, section.sh_size) + 1;
    if (name_bytes > section.sh_size)
        return false;
    const char *text = name + name_bytes;
    *out = (struct sg_source){.name = name,
                              .text = text,
                              .bytes = strnlen(text, section.sh_size - name_bytes),
                              .role = section.sh_info <= SG_SOURCE_WHOLE ? (enum sg_source_role)section.sh_info
                                                                         : SG_SOURCE_FILE};
    *at = number + 1;
    return true;
}

struct sg_cubin_limits sg_cubin_limits_of(const void *data)
{
    Elf64_Ehdr header;
    memcpy(&header, data, sizeof header);
    return (struct sg_cubin_limits){(uint32_t)header.e_entry, (uint32_t)(header.e_entry >> 32)};
}
