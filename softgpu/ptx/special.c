/* The special registers (PTX ISA 10) as symbols of the outermost scope. */
#include "parser.h"

#include <string.h>

struct row {
    const char *name;
    uint8_t sreg, width;
};

/* The order of the manual's chapter. width 4: has the components x y z w. */
static const struct row known[] = {
    {"%tid", PTX_SREG_TID, 4},
    {"%ntid", PTX_SREG_NTID, 4},
    {"%laneid", PTX_SREG_LANEID, 0},
    {"%warpid", PTX_SREG_WARPID, 0},
    {"%nwarpid", PTX_SREG_NWARPID, 0},
    {"%ctaid", PTX_SREG_CTAID, 4},
    {"%nctaid", PTX_SREG_NCTAID, 4},
    {"%smid", PTX_SREG_SMID, 0},
    {"%nsmid", PTX_SREG_NSMID, 0},
    {"%gridid", PTX_SREG_GRIDID, 0},
    {"%is_explicit_cluster", PTX_SREG_IS_EXPLICIT_CLUSTER, 0},
    {"%clusterid", PTX_SREG_CLUSTERID, 4},
    {"%nclusterid", PTX_SREG_NCLUSTERID, 4},
    {"%cluster_ctaid", PTX_SREG_CLUSTER_CTAID, 4},
    {"%cluster_nctaid", PTX_SREG_CLUSTER_NCTAID, 4},
    {"%cluster_ctarank", PTX_SREG_CLUSTER_CTARANK, 0},
    {"%cluster_nctarank", PTX_SREG_CLUSTER_NCTARANK, 0},
    {"%lanemask_eq", PTX_SREG_LANEMASK_EQ, 0},
    {"%lanemask_le", PTX_SREG_LANEMASK_LE, 0},
    {"%lanemask_lt", PTX_SREG_LANEMASK_LT, 0},
    {"%lanemask_ge", PTX_SREG_LANEMASK_GE, 0},
    {"%lanemask_gt", PTX_SREG_LANEMASK_GT, 0},
    {"%clock", PTX_SREG_CLOCK, 0},
    {"%clock_hi", PTX_SREG_CLOCK_HI, 0},
    {"%clock64", PTX_SREG_CLOCK64, 0},
    {"%globaltimer", PTX_SREG_GLOBALTIMER, 0},
    {"%globaltimer_lo", PTX_SREG_GLOBALTIMER_LO, 0},
    {"%globaltimer_hi", PTX_SREG_GLOBALTIMER_HI, 0},
    {"%total_smem_size", PTX_SREG_TOTAL_SMEM_SIZE, 0},
    {"%dynamic_smem_size", PTX_SREG_DYNAMIC_SMEM_SIZE, 0},
};

static const char *const absent[] = {
    "%aggr_smem_size",           "%current_graph_exec",       "%reserved_smem_offset_begin",
    "%reserved_smem_offset_end", "%reserved_smem_offset_cap",
};

static struct sg_name name_of(const char *text)
{
    size_t length = strlen(text);

    return (struct sg_name){text, (uint32_t)length, sg_lex_hash(text, length)};
}

static bool declare_ranges(struct sg_names *names)
{
    static const struct {
        const char *prefix;
        uint32_t count;
    } counters[] = {
        {"%pm", 8},
        {"%reserved_smem_offset_", 2},
    };

    for (size_t i = 0; i < sizeof counters / sizeof counters[0]; i++)
        if (!sg_names_declare(names, name_of(counters[i].prefix), SG_SYM_ABSENT, 0, counters[i].count))
            return false;
    return sg_names_declare(names, name_of("%envreg"), SG_SYM_SREG, PTX_SREG_ENVREG, 32) != NULL;
}

bool sg_special_declare(struct sg_names *names)
{
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        struct sg_symbol *symbol = sg_names_declare(names, name_of(known[i].name), SG_SYM_SREG, known[i].sreg, 0);
        if (!symbol)
            return false;
        symbol->width = known[i].width;
    }
    for (size_t i = 0; i < sizeof absent / sizeof absent[0]; i++)
        if (!sg_names_declare(names, name_of(absent[i]), SG_SYM_ABSENT, 0, 0))
            return false;
    return declare_ranges(names);
}
