/* Operations that change the width of an integer column. */
#include "resize.h"

SG_MAP1(u16_u8, uint16_t, uint8_t, a);
SG_MAP1(u32_u8, uint32_t, uint8_t, a);
SG_MAP1(u64_u8, uint64_t, uint8_t, a);
SG_MAP1(u32_u16, uint32_t, uint16_t, a);
SG_MAP1(u64_u16, uint64_t, uint16_t, a);
SG_MAP1(u64_u32, uint64_t, uint32_t, a);
SG_MAP1(s16_s8, int16_t, int8_t, a);
SG_MAP1(s32_s8, int32_t, int8_t, a);
SG_MAP1(s64_s8, int64_t, int8_t, a);
SG_MAP1(s32_s16, int32_t, int16_t, a);
SG_MAP1(s64_s16, int64_t, int16_t, a);
SG_MAP1(s64_s32, int64_t, int32_t, a);
SG_MAP1(u8_u16, uint8_t, uint16_t, a);
SG_MAP1(u8_u32, uint8_t, uint32_t, a);
SG_MAP1(u8_u64, uint8_t, uint64_t, a);
SG_MAP1(u16_u32, uint16_t, uint32_t, a);
SG_MAP1(u16_u64, uint16_t, uint64_t, a);
SG_MAP1(u32_u64, uint32_t, uint64_t, a);
SG_MAP1(copy_8, uint8_t, uint8_t, a);
SG_MAP1(copy_16, uint16_t, uint16_t, a);
SG_MAP1(copy_32, uint32_t, uint32_t, a);
SG_MAP1(copy_64, uint64_t, uint64_t, a);
SG_MAP1(not_8, uint8_t, uint8_t, a ^ 1);

/* By log2 of the widths: from, to. The diagonal copies. */
static const struct sg_op_code *const unsigned_codes[4][4] = {
    {&copy_8, &u16_u8, &u32_u8, &u64_u8},
    {&u8_u16, &copy_16, &u32_u16, &u64_u16},
    {&u8_u32, &u16_u32, &copy_32, &u64_u32},
    {&u8_u64, &u16_u64, &u32_u64, &copy_64},
};
static const struct sg_op_code *const signed_codes[4][4] = {
    {&copy_8, &s16_s8, &s32_s8, &s64_s8},
    {&u8_u16, &copy_16, &s32_s16, &s64_s16},
    {&u8_u32, &u16_u32, &copy_32, &s64_s32},
    {&u8_u64, &u16_u64, &u32_u64, &copy_64},
};

static unsigned log2_of(unsigned bytes)
{
    return bytes == 1 ? 0 : bytes == 2 ? 1 : bytes == 4 ? 2 : 3;
}

const struct sg_op_code *isa_resize_code(unsigned from_bytes, unsigned to_bytes, bool is_signed)
{
    return (is_signed ? signed_codes : unsigned_codes)[log2_of(from_bytes)][log2_of(to_bytes)];
}

const struct sg_op_code *isa_resize_copy(unsigned bytes)
{
    return unsigned_codes[log2_of(bytes)][log2_of(bytes)];
}

const struct sg_op_code *isa_resize_not(void)
{
    return &not_8;
}
