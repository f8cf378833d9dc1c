/* For compilers without libFuzzer: each file that is named goes through the target once, in memory of exactly its
 * size. */
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>

static int replay(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (!file || fseek(file, 0, SEEK_END) != 0)
        return 1;
    long bytes = ftell(file);
    uint8_t *data = bytes < 0 ? NULL : malloc((size_t)bytes ? (size_t)bytes : 1);
    rewind(file);
    int failed = !data || fread(data, 1, (size_t)bytes, file) != (size_t)bytes;
    (void)fclose(file);
    fprintf(stderr, "%s\n", path);
    if (!failed)
        LLVMFuzzerTestOneInput(data, (size_t)bytes);
    free(data);
    return failed;
}

int main(int argc, char **argv)
{
    int failed = 0;
    for (int i = 1; i < argc; i++)
        failed |= replay(argv[i]);
    return failed;
}
