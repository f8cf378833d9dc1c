/* mlockall(MCL_FUTURE) before cuInit: what the driver reserves is not filled with memory, and everything works. */
#include "show.h"

#include <sys/mman.h>

enum { SIZE = 64 << 20 };

/* VmRSS and VmLck of this process in MiB. */
static long in_mib(const char *name)
{
    char line[256];
    long kib = -1;
    FILE *status = fopen("/proc/self/status", "r");
    while (status && kib < 0 && fgets(line, sizeof line, status))
        if (strncmp(line, name, strlen(name)) == 0)
            kib = strtol(line + strlen(name) + 1, NULL, 10);
    if (status)
        fclose(status);
    return kib >> 10;
}

int main(void)
{
    CUdeviceptr device;
    static unsigned char bytes[1 << 20];
    printf("mlockall %d\n", mlockall(MCL_FUTURE));
    show_context();
    MUST(cuMemAlloc_v2(&device, SIZE));
    MUST(cuMemsetD8_v2(device, 9, SIZE));
    MUST(cuMemcpyDtoH_v2(bytes, device + SIZE - sizeof bytes, sizeof bytes));
    printf("%d %d\n", bytes[0], bytes[sizeof bytes - 1]);
    printf("resident %s, locked %s\n", in_mib("VmRSS:") < 500 ? "little" : "MUCH",
           in_mib("VmLck:") < 500 ? "little" : "MUCH");
    return 0;
}
