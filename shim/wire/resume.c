/* BF_RESUME_S. */
#include "resume.h"

#include <stdlib.h>

#include "../../libcuda/environment.h"
#include "../generated/limits.h"
#include "report.h"

unsigned bf_resume_s(void)
{
    const char *text = lc_environment_get("BF_RESUME_S");
    char *end;
    if (!text || !*text)
        return BF_RESUME_S;
    unsigned long seconds = strtoul(text, &end, 10);
    if (*text >= '0' && *text <= '9' && !*end && seconds <= BF_RESUME_S_MAX)
        return (unsigned)seconds;
    bf_report("BF_RESUME_S=%.40s is not a number of seconds from 0 to %d; sessions are resumed for %d s", text,
              BF_RESUME_S_MAX, BF_RESUME_S);
    return BF_RESUME_S;
}
