/* nvmlInternalGetExportTable: the private table without which nvidia-smi says that it and NVML are of different versions.
 *
 * nvidia-smi calls a few of its functions and goes on when they are not supported: a log, and one that is asked before each
 * device handle is fetched. The first word is the size of the table in bytes. */
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "generated/nvml_api.h"

enum { WORDS = 400 };

static const unsigned char known_id[16] = {0xc4, 0xfe, 0x3e, 0x6c, 0xc9, 0x8f, 0x6c, 0x4e,
                                           0xa3, 0x27, 0xee, 0x69, 0x6e, 0x12, 0xf7, 0xc4};

static nvmlReturn_t not_supported(void)
{
    return NVML_ERROR_NOT_SUPPORTED;
}

union word {
    uintptr_t bytes;
    nvmlReturn_t (*function)(void);
};

#define FOUR(n) [n] = {.function = not_supported}, [n + 1] = {.function = not_supported}, \
                [n + 2] = {.function = not_supported}, [n + 3] = {.function = not_supported}
#define TWENTY(n) FOUR(n), FOUR((n) + 4), FOUR((n) + 8), FOUR((n) + 12), FOUR((n) + 16)
#define HUNDRED(n) TWENTY(n), TWENTY((n) + 20), TWENTY((n) + 40), TWENTY((n) + 60), TWENTY((n) + 80)

static const union word table[WORDS + 1] = {
    [0] = {.bytes = (WORDS + 1) * sizeof(union word)},
    HUNDRED(1), HUNDRED(101), HUNDRED(201), HUNDRED(301),
};

nvmlReturn_t nvmlInternalGetExportTable(const void **exported, const char *id)
{
    if (!exported || !id)
        return NVML_ERROR_INVALID_ARGUMENT;
    bool known = memcmp(id, known_id, sizeof known_id) == 0;
    *exported = known ? table : NULL;
    return known ? NVML_SUCCESS : NVML_ERROR_INVALID_ARGUMENT;
}
