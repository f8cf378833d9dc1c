/* What a texture gives for coordinates: CUDA C++ Programming Guide, "Texture Fetching" and "Texture Memory".
 *
 * A fetch goes from coordinates to places, axis by axis: one texel, or two with a weight of 8 bits of fraction; the
 * texels at the places are read and blended. Coordinates are taken in double, where scaling a float by a size is exact,
 * so the texel that is hit is the one that the guide's formula says. */
#include "texture.h"

#include <math.h>
#include <string.h>

#include "../isa/lanes.h"

#define FAR 0x1p40 /* beyond any texel: so that a coordinate fits an integer */

/* Where a fetch goes on one axis: the texel, or with a filter both and the weight of the second. Negative: outside,
 * where the border colour is. */
struct reach {
    int64_t texel[2];
    double weight;
};

struct color {
    double c[4];
};

static int64_t whole(double x)
{
    double floored = floor(x);
    return floored > FAR ? (int64_t)FAR : floored > -FAR ? (int64_t)floored : floored == floored ? -(int64_t)FAR : 0;
}

/* The texel for an index that may be outside; -1 where there is none. */
static int64_t address_of(int64_t index, uint32_t size, unsigned mode)
{
    int64_t n = size, last = n - 1, phase;
    if (index >= 0 && index < n)
        return index;
    switch (mode) {
    case CU_TR_ADDRESS_MODE_WRAP: return ((index % n) + n) % n;
    case CU_TR_ADDRESS_MODE_MIRROR:
        phase = ((index % (2 * n)) + 2 * n) % (2 * n);
        return phase < n ? phase : 2 * n - 1 - phase;
    case CU_TR_ADDRESS_MODE_BORDER: return -1;
    default: return index < 0 ? 0 : last;
    }
}

/* The guide's x: within one period where the mode has one, and in texels. */
static double scaled(double x, uint32_t size, unsigned mode)
{
    double whole_part = floor(x), part = x - whole_part;
    if (mode == CU_TR_ADDRESS_MODE_WRAP)
        x = part;
    else if (mode == CU_TR_ADDRESS_MODE_MIRROR)
        x = fmod(whole_part, 2.0) == 0.0 ? part : 1.0 - part;
    return x * size;
}

static struct reach reach_of(const struct sg_texture *t, const struct sg_sample *ask, unsigned axis, uint32_t size,
                             bool filters)
{
    unsigned mode = t->address[axis];
    bool periodic = mode == CU_TR_ADDRESS_MODE_WRAP || mode == CU_TR_ADDRESS_MODE_MIRROR;
    bool normalized = t->normalized && !ask->is_integer;
    struct reach reach = {.weight = 0.0};
    int64_t offset = ask->offset[axis];
    if (ask->is_cube || (periodic && !normalized))
        mode = CU_TR_ADDRESS_MODE_CLAMP;
    if (ask->is_integer) {
        reach.texel[0] = address_of((int64_t)(int32_t)ask->at[axis] + offset, size, mode);
        return reach;
    }
    double x = (double)isa_f32(ask->at[axis]);
    if (ask->is_cube || normalized)
        x = scaled(x, size, mode);
    if (!filters) {
        int64_t index = whole(x);
        /* A coordinate just below a whole number has a part of 1 once it is rounded: still the last texel. */
        if (periodic && normalized && index >= size)
            index = (int64_t)size - 1;
        reach.texel[0] = address_of(index + offset, size, mode);
        return reach;
    }
    double centered = x - 0.5;
    int64_t index = whole(centered);
    double fraction = centered - floor(centered);
    reach.weight = fraction == fraction ? floor(fraction * 256.0 + 0.5) / 256.0 : 0.0;
    reach.texel[0] = address_of(index + offset, size, mode);
    reach.texel[1] = address_of(index + 1 + offset, size, mode);
    return reach;
}

static void read_place(const struct sg_texture *t, const struct sg_texture_level *level, int64_t x, int64_t y,
                       int64_t z, uint32_t out[4])
{
    if (x < 0 || y < 0 || z < 0) {
        for (unsigned c = 0; c < 4; c++)
            out[c] = sg_texel_is_float(t) ? isa_bits32(t->border[c]) : (uint32_t)(int64_t)t->border[c];
        return;
    }
    sg_texel_read(t, level->at + (uint64_t)z * level->slice + (uint64_t)y * level->row + (uint64_t)x * t->texel_bytes,
                  out);
}

static uint64_t layer_of(const struct sg_sample *ask, const struct sg_texture_level *level, unsigned face)
{
    uint32_t layers = ask->is_cube ? level->depth / 6 : level->depth;
    uint32_t layer = !ask->is_array ? 0 : layers && ask->layer >= layers ? layers - 1 : ask->layer;
    return ask->is_cube ? layer * 6 + face : layer;
}

/* The face that a direction hits, and where on it: at[0] and at[1] become coordinates from 0 to 1. */
static unsigned face_of(struct sg_sample *ask)
{
    float x = isa_f32(ask->at[0]), y = isa_f32(ask->at[1]), z = isa_f32(ask->at[2]);
    float ax = fabsf(x), ay = fabsf(y), az = fabsf(z), m, s, t;
    unsigned face;
    if (ax >= ay && ax >= az) {
        face = x >= 0.0f ? 0 : 1;
        m = ax, s = face ? z : -z, t = -y;
    } else if (ay >= az) {
        face = y >= 0.0f ? 2 : 3;
        m = ay, s = x, t = face == 2 ? z : -z;
    } else {
        face = z >= 0.0f ? 4 : 5;
        m = az, s = face == 4 ? x : -x, t = -y;
    }
    ask->at[0] = isa_bits32((s / m + 1.0f) / 2.0f);
    ask->at[1] = isa_bits32((t / m + 1.0f) / 2.0f);
    return face;
}

/* A fetch on one level, as places on three axes; what is no dimension of the geometry is one texel. */
struct places {
    const struct sg_texture_level *level;
    struct reach x, y, z;
    bool blends[3];
};

static void find_places(const struct sg_texture *t, const struct sg_sample *ask, unsigned face, unsigned number,
                        bool filters, struct places *out)
{
    static const struct reach one = {{0, 0}, 0.0};
    const struct sg_texture_level *level = &t->levels[number];
    unsigned dimensions = ask->is_cube ? 2 : ask->dimensions;
    out->level = level;
    out->x = reach_of(t, ask, 0, level->width, filters);
    out->y = dimensions > 1 ? reach_of(t, ask, 1, level->height, filters) : one;
    out->z = dimensions > 2 ? reach_of(t, ask, 2, level->depth, filters) : one;
    if (ask->is_array || ask->is_cube)
        out->z.texel[0] = (int64_t)layer_of(ask, level, face);
    for (unsigned axis = 0; axis < 3; axis++)
        out->blends[axis] = filters && axis < dimensions;
}

static struct color blend(const struct sg_texture *t, const struct places *places)
{
    struct color sum = {{0.0, 0.0, 0.0, 0.0}};
    for (unsigned corner = 0; corner < 8; corner++) {
        unsigned i = corner & 1, j = corner >> 1 & 1, k = corner >> 2;
        if ((i && !places->blends[0]) || (j && !places->blends[1]) || (k && !places->blends[2]))
            continue;
        double weight = i ? places->x.weight : 1.0 - places->x.weight;
        weight *= j ? places->y.weight : 1.0 - places->y.weight;
        weight *= k ? places->z.weight : 1.0 - places->z.weight;
        if (weight == 0.0)
            continue;
        uint32_t texel[4];
        read_place(t, places->level, places->x.texel[i], places->y.texel[j], places->z.texel[k], texel);
        for (unsigned c = 0; c < 4; c++)
            sum.c[c] += weight * (double)isa_f32(texel[c]);
    }
    return sum;
}

static void fetch_level(const struct sg_texture *t, const struct sg_sample *ask, unsigned face, unsigned number,
                        uint32_t out[4])
{
    struct places places;
    bool filters = t->filters && !ask->is_integer && sg_texel_is_float(t);
    find_places(t, ask, face, number, filters, &places);
    if (!filters) {
        read_place(t, places.level, places.x.texel[0], places.y.texel[0], places.z.texel[0], out);
        return;
    }
    struct color color = blend(t, &places);
    for (unsigned c = 0; c < 4; c++)
        out[c] = isa_bits32((float)color.c[c]);
}

/* log2 of how many texels of the base level a step on the screen covers at most. */
static double level_of_gradients(const struct sg_texture *t, const struct sg_sample *ask)
{
    const struct sg_texture_level *base = &t->levels[0];
    const double size[3] = {base->width, base->height, base->depth};
    double across = 0.0, down = 0.0;
    for (unsigned axis = 0; axis < ask->dimensions; axis++) {
        double scale = t->normalized ? size[axis] : 1.0;
        across += (double)ask->dx[axis] * scale * ((double)ask->dx[axis] * scale);
        down += (double)ask->dy[axis] * scale * ((double)ask->dy[axis] * scale);
    }
    return 0.5 * log2(across > down ? across : down);
}

/* In which levels, and the weight of the second, which is the next one. */
static unsigned find_level(const struct sg_texture *t, const struct sg_sample *ask, double *weight)
{
    double last = t->level_count - 1, level = 0.0;
    *weight = 0.0;
    if (t->level_count < 2)
        return 0;
    if (ask->level_by != SG_LEVEL_BASE)
        level = (ask->level_by == SG_LEVEL_GIVEN ? (double)ask->level : level_of_gradients(t, ask)) + (double)t->bias;
    level = level > (double)t->level_min ? level : (double)t->level_min;
    level = level < (double)t->level_max ? level : (double)t->level_max;
    level = level > 0.0 ? level < last ? level : last : 0.0;
    if (!t->filters_levels)
        return (unsigned)floor(level + 0.5);
    double in_256 = floor(level * 256.0 + 0.5);
    *weight = in_256 / 256.0 - floor(in_256 / 256.0);
    return (unsigned)(in_256 / 256.0);
}

void sg_sample_fetch(const struct sg_texture *texture, const struct sg_sample *ask, uint32_t out[4])
{
    struct sg_sample there = *ask;
    double weight;
    if (texture->is_linear_memory) {
        int64_t index = ask->is_integer ? (int64_t)(int32_t)ask->at[0] : whole((double)isa_f32(ask->at[0]));
        index += ask->offset[0];
        if (index >= 0 && index < texture->levels[0].width)
            sg_texel_read(texture, texture->levels[0].at + (uint64_t)index * texture->texel_bytes, out);
        else
            memset(out, 0, 4 * sizeof *out);
        return;
    }
    unsigned level = find_level(texture, ask, &weight);
    unsigned face = ask->is_cube ? face_of(&there) : 0;
    fetch_level(texture, &there, face, level, out);
    if (weight == 0.0 || !sg_texel_is_float(texture))
        return;
    uint32_t next[4];
    fetch_level(texture, &there, face, level + 1, next);
    for (unsigned c = 0; c < 4; c++)
        out[c] = isa_bits32((float)((1.0 - weight) * (double)isa_f32(out[c]) + weight * (double)isa_f32(next[c])));
}

/* One component of the four texels that a linear filter would blend: counter-clockwise, from the lower left. */
void sg_sample_gather(const struct sg_texture *texture, const struct sg_sample *ask, uint32_t out[4])
{
    static const uint8_t right[4] = {0, 1, 1, 0}, below[4] = {1, 1, 0, 0};
    struct sg_sample there = *ask;
    struct places places;
    unsigned face = ask->is_cube ? face_of(&there) : 0;
    find_places(texture, &there, face, 0, true, &places);
    for (unsigned k = 0; k < 4; k++) {
        uint32_t texel[4];
        read_place(texture, places.level, places.x.texel[right[k]], places.y.texel[below[k]], places.z.texel[0], texel);
        out[k] = texel[ask->component];
    }
}
