/* The video instructions (PTX ISA 9.7.17 and 9.7.18): operands whose parts are selected, `%r1.b0` and `%r1.h32`. */
#ifndef SG_PTX_VIDEO_H
#define SG_PTX_VIDEO_H

#include "opcodes.h"

struct sg_parser;
struct sg_token;

bool sg_video_is(uint16_t op);

/* Parts of a register that the instruction works on beside each other: 1, 2 or 4. */
unsigned sg_video_parts(uint16_t op);

/* What a register operand's `value` holds: 0 if nothing is selected, else the width of a part in bits, how many digits
 * there are, and the digits, the last one lowest. */
#define SG_VIDEO_SELECTION(bits, count) ((int64_t)(bits) << 24 | (int64_t)(count) << 16)
static inline unsigned sg_video_bits(int64_t selection)
{
    return (unsigned)(selection >> 24);
}
static inline unsigned sg_video_count(int64_t selection)
{
    return (unsigned)(selection >> 16 & 0xff);
}
static inline unsigned sg_video_digit(int64_t selection, unsigned k)
{
    return (unsigned)(selection >> 4 * k & 0xf);
}

/* Whether a word such as .b0 or .h32 may select parts of a register; reading it. */
bool sg_video_selects(const struct sg_token *token);
bool sg_video_read(struct sg_parser *p, struct ptx_operand *operand);

/* As sg_form_trouble and sg_check_operands. */
const char *sg_video_trouble(const struct ptx_insn *insn);
bool sg_video_check(const struct sg_parser *p, const struct ptx_insn *insn, const struct ptx_operand *operands);

#endif
