/* Managed memory in a program that has a handler of SIGSEGV: the one does not disturb the other, whichever came first.
 * And in one that forks. */
#include <errno.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "show.h"

enum { PAGE = 4096, BYTES = 64 * PAGE };

static volatile sig_atomic_t opened, old_style;
static char *volatile closed;

static void open_page(int number, siginfo_t *info, void *context)
{
    (void)context;
    opened += number == SIGSEGV && info->si_addr == closed && info->si_code == SEGV_ACCERR;
    mprotect(closed, PAGE, PROT_READ | PROT_WRITE);
}

static void open_page_old(int number)
{
    old_style += number == SIGSEGV;
    mprotect(closed, PAGE, PROT_READ | PROT_WRITE);
}

static void install(int flags)
{
    struct sigaction action = {.sa_flags = flags};
    if (flags & SA_SIGINFO)
        action.sa_sigaction = open_page;
    else
        action.sa_handler = open_page_old;
    if (sigaction(SIGSEGV, &action, NULL))
        exit(4);
}

static void touch_closed(void)
{
    mprotect(closed, PAGE, PROT_NONE);
    errno = 77;
    closed[0] = 1;
    printf("opened %d and %d, errno %d\n", (int)opened, (int)old_style, errno);
}

static unsigned sum(const unsigned *data)
{
    unsigned total = 0;
    for (unsigned i = 0; i < BYTES / 4; i++)
        total += data[i];
    return total;
}

static void run(CUfunction fill, CUdeviceptr at, unsigned value)
{
    unsigned count = BYTES / 4;
    void *params[] = {&at, &count, &value};
    MUST(cuLaunchKernel(fill, BYTES / 1024, 1, 1, 256, 1, 1, 0, NULL, params, NULL));
    MUST(cuCtxSynchronize());
    printf("the sum is %u\n", sum((const unsigned *)(uintptr_t)at));
}

static void forks(CUdeviceptr at)
{
    unsigned *data = (unsigned *)(uintptr_t)at, before = sum(data);
    int status = 0;
    fflush(stdout);
    pid_t child = fork();
    if (!child) {
        CUdeviceptr other;
        _exit(cuMemAllocManaged(&other, PAGE, CU_MEM_ATTACH_GLOBAL) == CUDA_ERROR_NOT_INITIALIZED ? 5 : 6);
    }
    waitpid(child, &status, 0);
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 5);
    EXPECT_TRUE(sum(data) == before);
}

int main(void)
{
    CUdevice device;
    CUcontext context;
    CUmodule module;
    CUfunction fill;
    CUdeviceptr at;
    closed = mmap(NULL, PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    install(SA_SIGINFO);
    MUST(cuInit(0));
    MUST(cuDeviceGet(&device, 0));
    MUST(cuDevicePrimaryCtxRetain(&context, device));
    MUST(cuCtxSetCurrent(context));
    MUST(cuModuleLoadData(&module, SHOW_MODULE));
    MUST(cuModuleGetFunction(&fill, module, "fill"));
    MUST(cuMemAllocManaged(&at, BYTES, CU_MEM_ATTACH_GLOBAL));
    touch_closed();
    run(fill, at, 5);
    touch_closed();
    install(0);
    touch_closed();
    run(fill, at, 6);
    touch_closed();
    install(SA_SIGINFO | SA_NODEFER);
    run(fill, at, 7);
    touch_closed();
    forks(at);
    run(fill, at, 8);
    MUST(cuMemFree_v2(at));
    MUST(cuDevicePrimaryCtxRelease_v2(device));
    return 0;
}
