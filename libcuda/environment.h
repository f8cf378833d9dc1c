/* Settings from the environment, also in a program that clears it: servers and daemons do, before they call CUDA. */
#ifndef LC_ENVIRONMENT_H
#define LC_ENVIRONMENT_H

/* What the variable says now or, if there is none, what it said when this library was loaded. NULL if it never was
 * there. For variables whose names begin with BF_ or SOFTGPU_, and HOME, LOGNAME and USER. */
const char *lc_environment_get(const char *name);

#endif
