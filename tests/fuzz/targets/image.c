/* A code image, or an input of the linker, in memory of exactly its size: fatbin, ELF, LZ4, zstd, object, library. */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "../../../libcuda/block_need.h"
#include "../../../softgpu/driver/image/choose.h"
#include "../../../softgpu/driver/image/cubin.h"
#include "../../../softgpu/driver/image/object.h"
#include "../../../softgpu/driver/image/unpack.h"
#include "../../../softgpu/driver/state/device.h"

/* More than an image of the corpus becomes; the rest of a claim is not worth the fuzzer's time. */
enum { PLAIN_BYTES_MAX = 1 << 20 };

const struct sg_architecture *sg_attributes_architecture(void)
{
    static const struct sg_architecture fixed = {.major = 7, .minor = 5};
    return &fixed;
}

void sg_log_line(const char *format, ...)
{
    (void)format;
}

static void read_fatbin(const struct lc_image *fatbin)
{
    struct lc_fatbin_entry entry;
    struct sg_code code;
    size_t offset = 0;
    while (lc_image_next_entry(fatbin, &offset, &entry)) {
        fuzz_touch(entry.payload, entry.bytes);
        if (entry.bytes_plain <= PLAIN_BYTES_MAX && !sg_unpack_code(&entry, &code)) {
            fuzz_touch(code.text, code.bytes);
            sg_code_close(&code);
        }
    }
    (void)sg_choose_ptx(fatbin, &entry);
}

static void read_cubin(const void *data, size_t size)
{
    struct sg_source source;
    unsigned at = 0;
    while (sg_cubin_is(data, size) && sg_cubin_next(data, size, &at, &source)) {
        (void)strlen(source.name);
        fuzz_touch(source.text, source.bytes);
    }
}

static void read_object(const void *data, size_t size)
{
    struct lc_image fatbin;
    size_t at = 0;
    while (sg_object_is(data, size) && sg_object_next(data, size, &at, &fatbin))
        read_fatbin(&fatbin);
}

static void read_library(const void *data, size_t size)
{
    struct sg_member member;
    size_t at = 0;
    while (sg_object_is_archive(data, size) && sg_object_next_member(data, size, &at, &member)) {
        (void)strlen(member.name);
        fuzz_touch(member.data, member.bytes);
        read_object(member.data, member.bytes);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct lc_image image;
    if (lc_image_open_bytes(data, size, &image)) {
        fuzz_touch(image.data, image.bytes);
        read_fatbin(&image);
    }
    (void)lc_block_need_none(data, size);
    read_cubin(data, size);
    read_object(data, size);
    read_library(data, size);
    return 0;
}
