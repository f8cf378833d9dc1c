/* The video instructions. */
#ifndef SG_ISA_VIDEO_H
#define SG_ISA_VIDEO_H

#include "../lower/lower.h"

sg_lower_fn isa_video_lower;

#endif
