/* Memory that only the program's own SIGSEGV handler opens, page by page: every copy works, and the handler runs in
 * the thread that made the call. Then pointers to nowhere: the program's SIGSEGV, after which (by siglongjmp) CUDA
 * still works, in every thread. With the argument "calls" the handler calls CUDA itself. */
#include "show.h"

#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

enum { SIZE = 4 << 20, PAGE = 4096, PITCH = 3 * PAGE, WIDTH = 300, HEIGHT = 50 };

static unsigned char *base;
static CUdeviceptr device, scratch;
static pthread_t caller;
static volatile int faults, strangers, calls_cuda, may_jump;
static sigjmp_buf back;

static void open_page(int number, siginfo_t *info, void *machine)
{
    uintptr_t at = (uintptr_t)info->si_addr;
    unsigned word = 7;
    (void)number, (void)machine;
    faults++;
    strangers += !pthread_equal(pthread_self(), caller);
    if (at - (uintptr_t)base < SIZE) {
        if (calls_cuda)
            MUST(cuMemcpyHtoD_v2(scratch, &word, sizeof word));
        mprotect((void *)(at & ~(uintptr_t)(PAGE - 1)), PAGE, PROT_READ | PROT_WRITE);
    } else if (may_jump) {
        siglongjmp(back, 1);
    } else {
        _exit(9);
    }
}

static void close_pages(int protection)
{
    faults = strangers = 0;
    mprotect(base, SIZE, protection);
}

static void tell(const char *what, size_t bytes, int right)
{
    printf("%s, %zu bytes: %s, %s, in %s thread\n", what, bytes, right ? "right" : "WRONG",
           faults ? "opened" : "NOT OPENED", strangers ? "ANOTHER" : "the calling");
}

static int is_pattern(const unsigned char *bytes, size_t count, unsigned first)
{
    for (size_t i = 0; i < count; i++)
        if (bytes[i] != (unsigned char)((first + i) * 7))
            return 0;
    return 1;
}

static void linear(size_t bytes)
{
    static unsigned char plain[SIZE];
    for (size_t i = 0; i < bytes; i++)
        plain[i] = (unsigned char)(i * 7);
    MUST(cuMemcpyHtoD_v2(device, plain, bytes));
    memset(base, 0, SIZE);
    close_pages(PROT_NONE);
    MUST(cuMemcpyDtoH_v2(base + 100, device, bytes - 100));
    tell("to closed pages", bytes, is_pattern(base + 100, bytes - 100, 0));
    close_pages(PROT_READ);
    MUST(cuMemcpyDtoHAsync_v2(base, device, bytes, NULL));
    MUST(cuStreamSynchronize(NULL));
    tell("to pages that can be read", bytes, is_pattern(base, bytes, 0));
    MUST(cuMemsetD8_v2(device, 0, bytes));
    close_pages(PROT_NONE);
    MUST(cuMemcpyHtoD_v2(device, base, bytes));
    memset(plain, 0, bytes);
    MUST(cuMemcpyDtoH_v2(plain, device, bytes));
    tell("from closed pages", bytes, is_pattern(plain, bytes, 0));
}

static void rectangles(void)
{
    CUDA_MEMCPY2D copy = {.WidthInBytes = WIDTH, .Height = HEIGHT};
    memset(base, 0, SIZE);
    for (unsigned row = 0; row < HEIGHT; row++)
        for (unsigned i = 0; i < WIDTH; i++)
            base[row * PITCH + i] = (unsigned char)((row + i) * 7);
    copy.srcMemoryType = CU_MEMORYTYPE_HOST, copy.srcHost = base, copy.srcPitch = PITCH;
    copy.dstMemoryType = CU_MEMORYTYPE_DEVICE, copy.dstDevice = device, copy.dstPitch = WIDTH;
    close_pages(PROT_NONE);
    MUST(cuMemcpy2D_v2(&copy));
    tell("rows of closed pages", WIDTH * HEIGHT, 1);
    memset(&copy, 0, sizeof copy);
    copy.WidthInBytes = WIDTH, copy.Height = HEIGHT;
    copy.srcMemoryType = CU_MEMORYTYPE_DEVICE, copy.srcDevice = device, copy.srcPitch = WIDTH;
    copy.dstMemoryType = CU_MEMORYTYPE_HOST, copy.dstHost = base + 128, copy.dstPitch = PITCH;
    close_pages(PROT_NONE);
    MUST(cuMemcpy2D_v2(&copy));
    int right = 1;
    for (unsigned row = 0; row < HEIGHT; row++)
        right &= is_pattern(base + 128 + row * PITCH, WIDTH, row);
    tell("rows to closed pages", WIDTH * HEIGHT, right);
}

static void *use(void *unused)
{
    CUcontext context;
    unsigned in = 42, out = 0;
    (void)unused;
    MUST(cuDevicePrimaryCtxRetain(&context, 0));
    MUST(cuCtxSetCurrent(context));
    MUST(cuMemcpyHtoD_v2(scratch, &in, sizeof in));
    MUST(cuMemcpyDtoH_v2(&out, scratch, sizeof out));
    printf("afterwards, in another thread: %u\n", out);
    return NULL;
}

static void nowhere(size_t bytes, int to_device)
{
    pthread_t thread;
    faults = strangers = 0;
    may_jump = 1;
    if (sigsetjmp(back, 1) == 0) {
        CUresult result = to_device ? cuMemcpyHtoD_v2(device, (void *)8, bytes)
                                    : cuMemcpyDtoH_v2((void *)8, device, bytes);
        printf("no signal but %d\n", (int)result);
    }
    printf("%s nowhere, %zu bytes: %d signal in %s thread\n", to_device ? "from" : "to", bytes, faults,
           strangers ? "ANOTHER" : "the calling");
    may_jump = 0;
    pthread_create(&thread, NULL, use, NULL);
    pthread_join(thread, NULL);
    MUST(cuCtxSynchronize());
}

int main(int argc, char **argv)
{
    static const size_t sizes[] = {101, 4096, 20000, 70000, SIZE};
    struct sigaction action = {.sa_sigaction = open_page, .sa_flags = SA_SIGINFO | SA_NODEFER};
    calls_cuda = argc > 1 && strcmp(argv[1], "calls") == 0;
    show_context();
    caller = pthread_self();
    MUST(cuMemAlloc_v2(&device, SIZE));
    MUST(cuMemAlloc_v2(&scratch, 4));
    base = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    sigaction(SIGSEGV, &action, NULL);
    for (unsigned i = 0; i < sizeof sizes / sizeof *sizes; i++)
        linear(sizes[i]);
    rectangles();
    for (int to_device = 0; to_device < 2; to_device++) {
        nowhere(64, to_device);
        nowhere(1 << 20, to_device);
    }
    return 0;
}
