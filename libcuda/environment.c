/* Settings from the environment, also in a program that clears it. */
#include "environment.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { KEPT_MAX = 64 };

static char *kept[KEPT_MAX];   /* NAME=value; copies, because programs write their titles over the environment */

static int is_ours(const char *variable)
{
    return strncmp(variable, "BF_", 3) == 0 || strncmp(variable, "SOFTGPU_", 8) == 0 ||
           strncmp(variable, "HOME=", 5) == 0 || strncmp(variable, "LOGNAME=", 8) == 0 ||
           strncmp(variable, "USER=", 5) == 0;
}

__attribute__((constructor)) static void keep(void)
{
    size_t count = 0;
    for (char **each = environ; each && *each && count < KEPT_MAX; each++)
        if (is_ours(*each) && (kept[count] = strdup(*each)) != NULL)
            count++;
}

const char *lc_environment_get(const char *name)
{
    const char *now = getenv(name);
    size_t bytes = strlen(name);
    for (size_t i = 0; i < KEPT_MAX && kept[i] && !now; i++)
        if (strncmp(kept[i], name, bytes) == 0 && kept[i][bytes] == '=')
            now = kept[i] + bytes + 1;
    return now;
}
