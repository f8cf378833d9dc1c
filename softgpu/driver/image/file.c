/* Files of code. */
#include "file.h"

#include <stdio.h>
#include <stdlib.h>

char *sg_file_read(const char *path, size_t *bytes)
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
