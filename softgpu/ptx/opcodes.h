/* All opcodes: those of opcodes.def, then the tables of instructions that have files of their own. */
#ifndef SG_PTX_OPCODES_H
#define SG_PTX_OPCODES_H

#include "ptx.h"

#define X(name, text) PTX_##name,
enum sg_more_op {
    SG_MATRIX_BEFORE = PTX_OP_COUNT - 1,
#include "matrix.def"
    PTX_MATRIX_END,
    SG_VIDEO_BEFORE = PTX_MATRIX_END - 1,
#include "video.def"
    PTX_ALL_COUNT
};
#undef X

#endif
