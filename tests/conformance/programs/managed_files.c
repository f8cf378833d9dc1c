/* System calls on managed memory that was touched since the last kernel: they take and give bytes as of any memory. */
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "show.h"

enum { PAGE = 4096, WORDS = 16 * 1024, BYTES = 4 * WORDS };

static CUfunction fill;

static void run(unsigned *data, unsigned value)
{
    CUdeviceptr at = (uintptr_t)data;
    unsigned count = WORDS;
    void *params[] = {&at, &count, &value};
    MUST(cuLaunchKernel(fill, WORDS / 256, 1, 1, 256, 1, 1, 0, NULL, params, NULL));
    MUST(cuCtxSynchronize());
}

/* The program may write all of it. */
static void touch(unsigned *data)
{
    for (unsigned i = 0; i < WORDS; i += PAGE / 4)
        ((volatile unsigned *)data)[i] += 0;
}

static unsigned sum(const unsigned *data)
{
    unsigned total = 0;
    for (unsigned i = 0; i < WORDS; i++)
        total = total * 31 + data[i];
    return total;
}

static void files(unsigned *data, int file)
{
    struct iovec parts[2] = {{data + 7, 20000}, {(char *)data + 30000, 30000}};
    run(data, 1);
    touch(data);
    EXPECT_TRUE(write(file, data, BYTES) == BYTES);
    run(data, 2);
    touch(data);
    EXPECT_TRUE(pread(file, data + 100, 40000, 800) == 40000);
    printf("read at a place: %08x\n", sum(data));
    run(data, 3);
    touch(data);
    EXPECT_TRUE(preadv(file, parts, 2, 12) == 50000);
    printf("read in parts: %08x\n", sum(data));
    EXPECT_TRUE(lseek(file, 0, SEEK_SET) == 0 && writev(file, parts, 2) == 50000);
    run(data, 4);
    touch(data);
    EXPECT_TRUE(pread(file, data, BYTES, 0) == BYTES);
    printf("written in parts: %08x\n", sum(data));
}

static void sockets(unsigned *data)
{
    int ends[2];
    char plain[8192];
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends))
        exit(4);
    run(data, 5);
    touch(data);
    EXPECT_TRUE(send(ends[0], data + 3, sizeof plain, 0) == sizeof plain);
    EXPECT_TRUE(recv(ends[1], plain, sizeof plain, MSG_WAITALL) == sizeof plain &&
                !memcmp(plain, data + 3, sizeof plain));
    memset(plain, 0x33, sizeof plain);
    EXPECT_TRUE(send(ends[0], plain, sizeof plain, 0) == sizeof plain);
    run(data, 6);
    touch(data);
    EXPECT_TRUE(recv(ends[1], data + 2000, sizeof plain, MSG_WAITALL) == sizeof plain);
    printf("received: %08x\n", sum(data));
    run(data, sum(data));
    printf("and given to a kernel: %08x\n", sum(data));
}

/* What libc copies, sorts and prints raises no error of a system call: it touches the memory itself. */
static void libc(unsigned *data)
{
    unsigned *plain = malloc(BYTES);
    run(data, 7);
    memcpy(plain, data, BYTES);
    printf("copied: %08x\n", sum(plain));
    memset(plain, 9, BYTES);
    run(data, 8);
    memcpy(data + 500, plain, 30000);
    memmove(data + 1, data, BYTES - 4);
    printf("moved: %08x, %d\n", sum(data), memcmp(data + 600, plain, 4000));
    run(data, 0x41414141);
    memset((char *)data + 4999, 0, 1);
    printf("a text of %zu\n", strlen((const char *)data + 4000));
    free(plain);
}

/* A child has neither the memory nor CUDA; its parent goes on. */
static void child(unsigned *data)
{
    int status = 0;
    run(data, 9);
    unsigned before = sum(data);
    fflush(stdout);
    pid_t pid = fork();
    if (!pid) {
        CUdeviceptr other;
        _exit(cuMemAllocManaged(&other, PAGE, CU_MEM_ATTACH_GLOBAL) == CUDA_ERROR_NOT_INITIALIZED ? 5 : 6);
    }
    EXPECT_TRUE(waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 5);
    EXPECT_TRUE(sum(data) == before);
    run(data, 10);
    printf("after the child: %08x\n", sum(data));
}

int main(void)
{
    CUmodule module;
    CUdeviceptr at;
    int file = memfd_create("file", 0);
    show_context();
    MUST(cuModuleLoadData(&module, SHOW_MODULE));
    MUST(cuModuleGetFunction(&fill, module, "fill"));
    MUST(cuMemAllocManaged(&at, BYTES, CU_MEM_ATTACH_GLOBAL));
    unsigned *data = (unsigned *)(uintptr_t)at;
    files(data, file);
    sockets(data);
    libc(data);
    child(data);
    MUST(cuMemFree_v2(at));
    MUST(cuDevicePrimaryCtxRelease_v2(0));
    return 0;
}
