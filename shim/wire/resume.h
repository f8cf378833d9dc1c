/* BF_RESUME_S: for how long this client tries to resume a session whose connection is broken. */
#ifndef BF_RESUME_H
#define BF_RESUME_H

/* Seconds; 0: not at all. */
unsigned bf_resume_s(void);

#endif
