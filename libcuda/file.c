/* Files of code. */
#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* As many bytes as there are, at most `room`: a file may shrink meanwhile. */
static size_t read_all(int fd, char *data, size_t room)
{
    size_t done = 0;
    ptrdiff_t got = 1;
    while (done < room && got > 0) {
        got = read(fd, data + done, room - done);
        if (got > 0)
            done += (size_t)got;
        else if (got < 0 && errno == EINTR)
            got = 1;
    }
    return done;
}

static CUresult read_open(int fd, size_t most, void **data, size_t *bytes)
{
    struct stat facts;
    if (fstat(fd, &facts))
        return CUDA_ERROR_OPERATING_SYSTEM;
    if (!S_ISREG(facts.st_mode))
        return CUDA_ERROR_FILE_NOT_FOUND;
    if (facts.st_size < 0 || (size_t)facts.st_size > most)
        return CUDA_ERROR_INVALID_IMAGE;
    char *content = malloc((size_t)facts.st_size + 1);
    if (!content)
        return CUDA_ERROR_OUT_OF_MEMORY;
    *bytes = read_all(fd, content, (size_t)facts.st_size);
    content[*bytes] = 0;
    *data = content;
    return CUDA_SUCCESS;
}

CUresult lc_file_read(const char *path, size_t most, void **data, size_t *bytes)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return CUDA_ERROR_FILE_NOT_FOUND;
    CUresult result = read_open(fd, most, data, bytes);
    close(fd);
    return result;
}
