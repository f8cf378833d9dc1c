/* Which PTX of an image to run, and getting it out. Knows nothing of what the PTX says. */
#include "code.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../../libcuda/image.h"
#include "../../host/log.h"
#include "../state/device.h"
#include "unpack.h"

/* Whether `a` suits the reported architecture better than `b`: PTX for a newer one is acceptable, as the executor
 * knows no architectures, but PTX for this one or the newest older one is what the native driver takes. */
static bool better(const struct lc_fatbin_entry *a, const struct lc_fatbin_entry *b)
{
    const struct sg_architecture *arch = sg_device_architecture();
    unsigned mine = (unsigned)(10 * arch->major + arch->minor);
    if ((a->sm <= mine) != (b->sm <= mine))
        return a->sm <= mine;
    return a->sm <= mine ? a->sm > b->sm : a->sm < b->sm;
}

static bool best_ptx(const struct lc_image *fatbin, struct lc_fatbin_entry *best, bool found)
{
    struct lc_fatbin_entry entry;
    size_t offset = 0;
    while (lc_image_next_entry(fatbin, &offset, &entry)) {
        if (entry.kind != LC_FATBIN_PTX || (found && !better(&entry, best)))
            continue;
        *best = entry;
        found = true;
    }
    return found;
}

static CUresult unpack(const struct lc_fatbin_entry *entry, struct sg_code *out)
{
    if (entry->packing == LC_FATBIN_PLAIN) {
        const char *text = (const char *)entry->payload;
        *out = (struct sg_code){text, strnlen(text, entry->bytes), NULL};
        return CUDA_SUCCESS;
    }
    REQUIRE(entry->bytes_plain, CUDA_ERROR_INVALID_IMAGE);
    char *text = malloc(entry->bytes_plain);
    REQUIRE(text, CUDA_ERROR_OUT_OF_MEMORY);
    size_t got;
    CUresult result = sg_unpack_entry(entry, text, &got);
    if (result) {
        free(text);
        return result;
    }
    *out = (struct sg_code){text, strnlen(text, got), text};
    return CUDA_SUCCESS;
}

/* Why an image cannot run here: in the program's log, if it gave one, and on stderr. */
static CUresult refuse(struct sg_jit *jit, CUresult result, const char *format, ...)
{
    char text[256];
    va_list values;
    va_start(values, format);
    (void)vsnprintf(text, sizeof text, format, values);
    va_end(values);
    if (jit->log.text != jit->own)
        sg_ptx_log_say(&jit->log, text);
    sg_log_line("%s", text);
    return result;
}

/* A file of host code alone, compiled with -rdc=true, has an image, too. */
static bool has_code(const struct sg_code *code)
{
    static const char *const directives[] = {".entry", ".func", ".global", ".const"};
    for (size_t i = 0; i < sizeof directives / sizeof *directives; i++)
        if (memmem(code->text, code->bytes, directives[i], strlen(directives[i])))
            return true;
    return false;
}

/* The PTX of a program built with -rdc=true is in the fatbins from before device linking. */
static CUresult choose_part(const struct lc_image *image, struct sg_jit *jit, struct sg_code *out)
{
    struct sg_code chosen = {0};
    unsigned count = 0;
    CUresult result = CUDA_SUCCESS;
    for (const void *const *part = image->parts; part && *part && !result; part++) {
        struct lc_image opened;
        struct lc_fatbin_entry best;
        struct sg_code code;
        if (!lc_image_open(*part, &opened))
            result = CUDA_ERROR_INVALID_IMAGE;
        if (result || !best_ptx(&opened, &best, false) || (result = unpack(&best, &code)) != CUDA_SUCCESS)
            continue;
        bool counts = has_code(&code), wanted = !chosen.text || (counts && !count);
        sg_code_close(wanted ? &chosen : &code);
        chosen = wanted ? code : chosen;
        count += counts;
    }
    if (!result && count > 1)
        result = refuse(jit, CUDA_ERROR_NOT_SUPPORTED,
                        "this program consists of %u separately compiled files of device code "
                        "(nvcc -rdc=true): linking them is not implemented",
                        count);
    else if (!result && !chosen.text)
        result = refuse(jit, CUDA_ERROR_NO_BINARY_FOR_GPU,
                        "this program carries no PTX, only code for real GPUs: build it "
                        "with PTX (nvcc's default, or -gencode arch=compute_75,code=compute_75)");
    if (result)
        sg_code_close(&chosen);
    else
        *out = chosen;
    return result;
}

static CUresult open_image(const struct lc_image *image, struct sg_jit *jit, struct sg_code *out)
{
    struct lc_fatbin_entry best;
    switch (image->kind) {
    case LC_IMAGE_FATBIN: return best_ptx(image, &best, false) ? unpack(&best, out) : choose_part(image, jit, out);
    case LC_IMAGE_PTX: *out = (struct sg_code){image->data, image->bytes, NULL}; return CUDA_SUCCESS;
    case LC_IMAGE_ELF:
        return refuse(jit, CUDA_ERROR_NO_BINARY_FOR_GPU,
                      "a cubin (code for a real GPU) cannot run here: load PTX instead");
    case LC_IMAGE_UNKNOWN: break;
    }
    return CUDA_ERROR_INVALID_IMAGE;
}

CUresult sg_code_open(const void *image, struct sg_jit *jit, struct sg_code *out)
{
    struct lc_image opened;
    REQUIRE(image, CUDA_ERROR_INVALID_VALUE);
    REQUIRE(lc_image_open(image, &opened), CUDA_ERROR_INVALID_IMAGE);
    return open_image(&opened, jit, out);
}

/* The whole file, NULL if it cannot be read. The caller frees it. */
static char *read_file(const char *path, size_t *bytes)
{
    FILE *file = fopen(path, "rbe");
    if (!file)
        return NULL;
    char *data = NULL;
    long length = fseek(file, 0, SEEK_END) == 0 ? ftell(file) : -1;
    if (length >= 0 && fseek(file, 0, SEEK_SET) == 0 && (data = malloc((size_t)length + 1)) != NULL &&
        fread(data, 1, (size_t)length, file) != (size_t)length) {
        free(data);
        data = NULL;
    }
    fclose(file);
    if (data)
        *bytes = (size_t)length;
    return data;
}

CUresult sg_code_open_file(const char *path, struct sg_jit *jit, struct sg_code *out)
{
    struct lc_image opened;
    size_t bytes;
    REQUIRE(path, CUDA_ERROR_INVALID_VALUE);
    char *data = read_file(path, &bytes);
    REQUIRE(data, CUDA_ERROR_FILE_NOT_FOUND);
    struct sg_code code = {0};
    CUresult result = lc_image_open_bytes(data, bytes, &opened) ? open_image(&opened, jit, &code)
                                                                : CUDA_ERROR_INVALID_IMAGE;
    if (result || code.owned) {
        free(data);
        data = NULL;
    }
    if (result)
        return result;
    *out = code;
    if (!code.owned)
        out->owned = data;
    return CUDA_SUCCESS;
}

void sg_code_close(struct sg_code *code)
{
    free(code->owned);
}
