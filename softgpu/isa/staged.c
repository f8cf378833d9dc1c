/* Blocks of operands, and handles of textures and surfaces. */
#include "staged.h"

#include <string.h>

#include "../lower/lowering.h"
#include "../memory/memory.h"
#include "resize.h"

/* Numbers are below, addresses of memory above. */
#define NUMBER_END (UINT64_C(1) << 40)

void isa_staged_put(struct sg_lower *low, uint32_t block, unsigned k, const struct ptx_operand *from,
                    enum ptx_type type)
{
    uint32_t source = sg_operands_src_operand(low, from, type);
    struct sg_op *op = sg_emit_bare(low, isa_resize_copy(ptx_type_bytes(type)));
    op->col[0] = isa_staged_column(block, k), op->col[1] = source;
}

void isa_staged_get(struct sg_lower *low, const struct ptx_insn *insn, uint32_t block, unsigned k,
                    const struct ptx_operand *to, enum ptx_type type)
{
    uint32_t result = sg_operands_dst_operand(low, to, type);
    struct sg_op *op = sg_emit_op(low, insn, isa_resize_copy(ptx_type_bytes(type)));
    op->col[0] = result, op->col[1] = isa_staged_column(block, k);
}

void isa_staged_put_all(struct sg_lower *low, uint32_t block, unsigned k, const struct ptx_operand *from,
                        unsigned first, unsigned count, enum ptx_type type)
{
    for (unsigned i = 0; i < count; i++)
        isa_staged_put(low, block, k + i, from->kind == PTX_OPD_VEC ? sg_operands_element(low, from, first + i) : from,
                       type);
}

unsigned isa_staged_dimensions(uint8_t geometry)
{
    switch (geometry) {
    case PTX_1D:
    case PTX_A1D: return 1;
    case PTX_2D:
    case PTX_A2D: return 2;
    default: return 3;
    }
}

void isa_staged_put_coordinates(struct sg_lower *low, uint32_t block, uint8_t geometry,
                                const struct ptx_operand *coordinates, enum ptx_type type)
{
    bool is_array = geometry == PTX_A1D || geometry == PTX_A2D || geometry == PTX_ACUBE;
    if (is_array)
        isa_staged_put_all(low, block, 0, coordinates, 0, 1, PTX_U32);
    isa_staged_put_all(low, block, 1, coordinates, is_array ? 1 : 0, isa_staged_dimensions(geometry), type);
}

uint32_t isa_staged_handle(struct sg_lower *low, const struct ptx_operand *handle)
{
    struct ptx_operand plain = *handle;
    plain.mem = plain.base_reg = false;
    return sg_operands_src_operand(low, &plain, PTX_U64);
}

const struct sg_texture *isa_staged_find(struct sg_group *g, const struct sg_op *op, uint64_t handle, bool surface,
                                         unsigned lane)
{
    struct sg_extent extent;
    uint64_t number = handle;
    if (handle >= NUMBER_END) {
        if (!sg_memory_find_accessible(handle, &extent) || extent.end - handle < sizeof number) {
            sg_fault_raise(g, op, 700, lane, handle);
            return NULL;
        }
        memcpy(&number, (const void *)(uintptr_t)handle, sizeof number);
    }
    const struct sg_texture *texture = sg_table_find(number);
    if (!texture || texture->is_surface != surface) {
        sg_fault_raise(g, op, 719, lane, 0);
        return NULL;
    }
    if (!sg_memory_find_accessible(texture->begin, &extent) ||
        (extent.end < texture->end && !sg_memory_find_accessible(texture->end - 1, &extent))) {
        sg_fault_raise(g, op, 700, lane, texture->begin);
        return NULL;
    }
    return texture;
}
