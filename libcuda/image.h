/* Code images that come without a length: fatbin wrapper, fatbin, ELF (cubin), PTX text.
 *
 * Reads headers only; decompresses nothing. Everything that is inside a fatbin or an ELF of a known length is
 * bounds-checked; that the image itself is readable up to the length its header claims is the caller's word. */
#ifndef LC_IMAGE_H
#define LC_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum lc_image_kind { LC_IMAGE_UNKNOWN, LC_IMAGE_FATBIN, LC_IMAGE_ELF, LC_IMAGE_PTX };

/* Longer than any code image; a header that claims more is refused. */
#define LC_IMAGE_BYTES_MAX ((size_t)1 << 32)

/* An image after its wrapper, if it had one, has been taken off. `bytes` of a PTX text excludes the NUL.
 * A wrapper of version 2 (nvcc -rdc=true) also names the fatbins from before device linking, which hold the PTX:
 * a NULL-terminated array, else `parts` is NULL. */
struct lc_image {
    enum lc_image_kind kind;
    const void *data;
    size_t bytes;
    const void *const *parts;
};

/* What `image` is. False (out unwritten) if it is NULL, of no known kind, or claims an impossible length. */
bool lc_image_open(const void *image, struct lc_image *out);

/* The same for the `bytes` of a file: nothing outside them is read; a wrapper, which holds pointers, is refused. */
bool lc_image_open_bytes(const void *data, size_t bytes, struct lc_image *out);

enum lc_fatbin_kind { LC_FATBIN_PTX = 1, LC_FATBIN_ELF = 2, LC_FATBIN_LTOIR = 8 };
enum lc_fatbin_packing { LC_FATBIN_PLAIN, LC_FATBIN_LZ4, LC_FATBIN_ZSTD };

struct lc_fatbin_entry {
    unsigned kind;                    /* enum lc_fatbin_kind, or a number not known here */
    unsigned sm;                      /* 75, 90, ... */
    unsigned version_major, version_minor;   /* of a PTX entry: its ISA version */
    uint64_t flags;
    enum lc_fatbin_packing packing;
    const uint8_t *payload;           /* `bytes` as stored; `bytes_plain` when unpacked (equal if plain) */
    size_t bytes, bytes_plain;
};

/* Entries in order: begin with *offset 0. False at the end or at the first entry that does not fit. */
bool lc_image_next_entry(const struct lc_image *fatbin, size_t *offset, struct lc_fatbin_entry *out);

/* `image` (a fatbin) and all its parts one behind the other, each at a multiple of 8, for a process that cannot
 * follow the wrapper's pointers. They stay apart: joined, it would be lost which entries are of one file. Returns
 * the length; writes only what `room` suffices for. 0 if a part is damaged or `image` is no fatbin. */
size_t lc_image_flatten(const struct lc_image *image, void *out, size_t room);

#endif
