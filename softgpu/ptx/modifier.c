/* The name of an instruction, "cvt.rni.ftz.s32.f32" -> opcode, modifiers, types. Knows no operands. */
#include "family.h"
#include "matrix.h"
#include "parser.h"

#include <stddef.h>
#include <string.h>

struct modifier {
    const char *word;
    uint8_t kind, field, value;
};

#define FIELD(name) ((uint8_t)offsetof(struct ptx_mods, name))
#define NOTHING 0xff         /* read and dropped */

enum { SM_OLD = 20 }; /* what stands before it leaves things out */

static const struct modifier modifiers[] = {
#define X(word, kind, field, value) {word, SG_MOD_##kind, FIELD(field), value},
#define DROPPED(word, kind) {word, SG_MOD_##kind, NOTHING, 0},
#include "modifiers.def"
#undef X
#undef DROPPED
};

static const struct {
    const char *word;
    uint8_t type;
} types[] = {
    {"b32", PTX_B32},       {"u32", PTX_U32},     {"s32", PTX_S32},     {"f32", PTX_F32},     {"b64", PTX_B64},
    {"u64", PTX_U64},       {"s64", PTX_S64},     {"f64", PTX_F64},     {"b16", PTX_B16},     {"u16", PTX_U16},
    {"s16", PTX_S16},       {"u8", PTX_U8},       {"b8", PTX_B8},       {"s8", PTX_S8},       {"pred", PTX_PRED},
    {"b128", PTX_B128},     {"f16", PTX_F16},     {"bf16", PTX_BF16},   {"f16x2", PTX_F16X2}, {"bf16x2", PTX_BF16X2},
    {"u16x2", PTX_U16X2},   {"s16x2", PTX_S16X2}, {"f32x2", PTX_F32X2}, {"tf32", PTX_TF32},   {"e4m3x2", PTX_E4M3X2},
    {"e5m2x2", PTX_E5M2X2}, {"u2", PTX_U2},       {"s2", PTX_S2},       {"u4", PTX_U4},       {"s4", PTX_S4},
};

static const char *const opcodes[PTX_ALL_COUNT] = {
#define X(name, text) [PTX_##name] = text,
#include "opcodes.def"
#include "matrix.def"
#include "video.def"
#undef X
};

/* Families of the manual that softgpu does not have, so that the message can say so. A first word alone stands for all
 * that begins with it. */
static const char *const absent[] = {
    "mma.sp",
    "mma.sp::ordered_metadata",
    "wgmma",
    "tcgen05",
    "cp.async.bulk",
    "cp.async.mbarrier",
    "cp.reduce",
    "istypep",
    "mbarrier",
    "multimem",
    "mapa",
    "getctarank",
    "alloca",
    "stacksave",
    "stackrestore",
    "setmaxnreg",
    "tensormap",
    "createpolicy",
    "clusterlaunchcontrol",
    "vmad",
    "barrier.cluster",
    "red.async",
    "st.async",
    "st.bulk",
    "fence.proxy",
    "fence.mbarrier_init",
    "membar.proxy",
    "prefetch.tensormap",
    "discard.tensormap",
};

struct word {
    const char *text;
    size_t length;
};

/* The words of a name, one after the other; *at is NULL after the last. */
static struct word next_word(const char **at, const char *end)
{
    struct word word = {*at, 0};
    const char *dot = memchr(*at, '.', (size_t)(end - *at));

    word.length = (size_t)((dot ? dot : end) - *at);
    *at = dot ? dot + 1 : NULL;
    return word;
}

static bool equal(struct word word, const char *text)
{
    return strncmp(text, word.text, word.length) == 0 && text[word.length] == 0;
}

/* The opcode, and past which words it goes. Rows of two words win. */
static bool find_opcode(const struct sg_token *name, uint16_t *op, const char **rest)
{
    const char *end = name->text + name->length, *second = name->text;
    struct word one = next_word(&second, end);
    const char *third = second;
    struct word two = {one.text, one.length};

    if (second) {
        struct word w = next_word(&third, end);
        two.length += 1 + w.length;
    }
    for (unsigned pass = 0; pass < 2; pass++)
        for (unsigned i = 0; i < PTX_ALL_COUNT; i++)
            if (equal(pass ? one : two, opcodes[i])) {
                *op = (uint16_t)i;
                *rest = pass ? second : third;
                return true;
            }
    return false;
}

static bool is_absent(const struct sg_token *name)
{
    for (size_t i = 0; i < sizeof absent / sizeof absent[0]; i++) {
        size_t length = strlen(absent[i]);
        if (name->length >= length && memcmp(name->text, absent[i], length) == 0 &&
            (name->length == length || name->text[length] == '.'))
            return true;
    }
    return false;
}

static bool add_type(const struct sg_family *family, struct ptx_insn *insn, struct word word, bool *fits)
{
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
        if (equal(word, types[i].word)) {
            *fits = insn->type_count < family->type_max && (family->types >> types[i].type & 1);
            if (*fits)
                insn->types[insn->type_count++] = types[i].type;
            return true;
        }
    return false;
}

static bool add_modifier(const struct sg_family *family, struct sg_template *t, struct word word, uint64_t *seen)
{
    for (size_t i = 0; i < sizeof modifiers / sizeof modifiers[0]; i++) {
        const struct modifier *m = &modifiers[i];
        uint64_t bit = 1ULL << m->kind;
        if (!(family->allowed & bit) || !equal(word, m->word))
            continue;
        if (*seen & bit & ~(1ULL << SG_MOD_CACHE))
            continue;
        *seen |= bit;
        if (m->field != NOTHING)
            ((uint8_t *)&t->insn.mods)[m->field] = m->value;
        t->cache_hint |= m->kind == SG_MOD_CACHE && equal(word, "L2::cache_hint");
        return true;
    }
    return false;
}

/* What a target before sm_20 leaves out (PTX ISA 9.7.3): its f32 has no subnormal numbers, and its mad.f32 has no
 * rounding, which GPUs since then do as fma.rn.ftz. */
static uint64_t complete_old(struct ptx_insn *insn, const struct sg_family *family, uint64_t seen)
{
    const uint64_t ftz = 1ULL << SG_MOD_FTZ, round = 1ULL << SG_MOD_ROUND;
    bool single = insn->types[1] == PTX_F32 || (insn->types[0] == PTX_F32 && insn->op != PTX_CVT);
    bool wide = insn->types[0] == PTX_F64 || insn->types[1] == PTX_F64;
    if (!single || wide || !(family->allowed & ftz) || (seen & ftz))
        return seen;
    if (insn->op == PTX_MAD && insn->types[0] == PTX_F32 && !(seen & round)) {
        insn->mods.round = PTX_RN;
        seen |= round;
    }
    insn->mods.ftz = true;
    if (!sg_form_trouble(insn, seen | ftz))
        return seen | ftz;
    insn->mods.ftz = false;
    return seen;
}

/* Memory and registers hold an f64 as ever; what computes would do so in f32. */
static bool is_mapped(const struct sg_parser *p, const struct ptx_insn *insn)
{
    bool stores = insn->op == PTX_LD || insn->op == PTX_ST || insn->op == PTX_MOV;
    return p->module->maps_f64 && !stores && (insn->types[0] == PTX_F64 || insn->types[1] == PTX_F64);
}

static bool finish(struct sg_parser *p, const struct sg_token *name, const struct sg_family *family,
                   struct ptx_insn *insn, uint64_t seen)
{
    int length = sg_parser_quote_length(name->length);

    if (insn->type_count < family->type_min)
        return sg_parser_fail(p, name->line, "Type missing in instruction '%.*s'", length, name->text);
    if (is_mapped(p, insn))
        return sg_parser_fail(p, name->line, "Instruction '%.*s' under map_f64_to_f32 is not implemented by softgpu",
                              length, name->text);
    if (p->module->target_sm < SM_OLD)
        seen = complete_old(insn, family, seen);
    const char *trouble = family->needed && !(seen & family->needed) ? "a modifier is missing"
                                                                     : sg_form_trouble(insn, seen);
    if (trouble)
        return sg_parser_fail(p, name->line, "Illegal instruction '%.*s': %s", length, name->text, trouble);
    if (insn->op == PTX_BAR)
        insn->mods.aligned = true;
    return true;
}

bool sg_modifier_decode(struct sg_parser *p, const struct sg_token *name, struct sg_template *out)
{
    const char *at = NULL, *end = name->text + name->length;
    int length = sg_parser_quote_length(name->length);
    uint64_t seen = 0;

    if (is_absent(name))
        return sg_parser_fail(p, name->line, "Instruction '%.*s' is not implemented by softgpu", length, name->text);
    if (!find_opcode(name, &out->insn.op, &at))
        return sg_parser_fail(p, name->line, "Unknown instruction '%.*s'", length, name->text);
    const struct sg_family *family = &sg_family_of[out->insn.op];
    while (at) {
        struct word word = next_word(&at, end);
        bool fits = true;
        if (add_type(family, &out->insn, word, &fits)) {
            if (!fits)
                return sg_parser_fail(p, name->line, "Unexpected type '.%.*s' in instruction '%.*s'",
                                      sg_parser_quote_length((uint32_t)word.length), word.text, length, name->text);
        } else if (!add_modifier(family, out, word, &seen)) {
            return sg_parser_fail(p, name->line, "Unknown modifier '.%.*s' in instruction '%.*s'",
                                  sg_parser_quote_length((uint32_t)word.length), word.text, length, name->text);
        }
    }
    return finish(p, name, family, &out->insn, seen);
}
