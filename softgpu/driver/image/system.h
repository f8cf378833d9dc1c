/* What a driver gives CUDA's device runtime: functions of its own, under names that programs do not use. */
#ifndef SG_SYSTEM_H
#define SG_SYSTEM_H

/* PTX that defines them. */
extern const char sg_system_text[];

#endif
