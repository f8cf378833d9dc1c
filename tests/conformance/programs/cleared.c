/* A program that clears its environment, and overwrites where it was, before it calls CUDA. */
#include "show.h"

#include <dlfcn.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    int count = -1;
    char *last = environ[0];
    for (char **each = environ; *each; each++)
        last = *each;
    char *end = last + strlen(last);
    clearenv();
    memset(argv[argc - 1], 'x', (size_t)(end - argv[argc - 1]));
    TRY(cuInit(0));
    TRY(cuDeviceGetCount(&count));
    printf("%d devices\n", count);
    union {
        void *address;
        int (*call)(void);
    } init = {dlsym(RTLD_DEFAULT, "nvmlInit_v2")};
    printf("NVML: %d\n", init.address ? init.call() : -1);
    return 0;
}
