/* cvt.pack (PTX ISA 9.7.9.22): two integers cut to the range of a small type, side by side; above them the low bits
 * of a third. */
#include "lanes.h"
#include "rows.h"

#define CLAMPED(x, least, greatest) ((u32)((x) < (least) ? (least) : ((x) > (greatest) ? (greatest) : (x))))
#define PARTS(bits, least, greatest)                                                                                   \
    ((CLAMPED(a, least, greatest) & ((1u << (bits)) - 1)) << (bits) |                                                  \
     (CLAMPED(b, least, greatest) & ((1u << (bits)) - 1)))
#define PACK(name, bits, least, greatest)                                                                              \
    SG_MAP3(name, u32, s32, s32, u32, c << 2 * (bits) | PARTS(bits, least, greatest))
PACK(pack_u2, 2, 0, 3);
PACK(pack_s2, 2, -2, 1);
PACK(pack_u4, 4, 0, 15);
PACK(pack_s4, 4, -8, 7);
PACK(pack_u8, 8, 0, 255);
PACK(pack_s8, 8, -128, 127);
SG_MAP2(pack_u16, u32, s32, s32, PARTS(16, 0, 65535));
SG_MAP2(pack_s16, u32, s32, s32, PARTS(16, -32768, 32767));

static const struct sg_op_code *const codes[PTX_TYPE_COUNT] = {
    [PTX_U2] = &pack_u2, [PTX_S2] = &pack_s2, [PTX_U4] = &pack_u4,   [PTX_S4] = &pack_s4,
    [PTX_U8] = &pack_u8, [PTX_S8] = &pack_s8, [PTX_U16] = &pack_u16, [PTX_S16] = &pack_s16,
};

bool isa_pack_lower(struct sg_lower *low, const struct ptx_insn *insn)
{
    const struct ptx_mods known = {.sat = true};
    const struct sg_op_code *code = codes[insn->types[0]];
    if (!code || memcmp(&known, &insn->mods, sizeof known) != 0)
        return false;
    if (insn->type_count == 3)
        sg_map_ternary(low, insn, code, PTX_U32, PTX_S32, PTX_S32, PTX_B32);
    else
        sg_map_binary(low, insn, code, PTX_U32, PTX_S32, PTX_S32);
    return true;
}
