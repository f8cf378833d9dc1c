/* Texels: bytes of a format <-> the values of its channels. */
#include "texture.h"

#include <math.h>
#include <string.h>

#include "../../libcuda/texture.h"
#include "../isa/halves.h"
#include "../isa/lanes.h"

bool sg_texel_is_float(const struct sg_texture *texture)
{
    switch (texture->format) {
    case CU_AD_FORMAT_UNSIGNED_INT32:
    case CU_AD_FORMAT_SIGNED_INT32: return false;
    case CU_AD_FORMAT_HALF:
    case CU_AD_FORMAT_FLOAT: return true;
    default: return !texture->as_integer;
    }
}

static uint32_t load16(const unsigned char *p)
{
    uint16_t value;
    memcpy(&value, p, sizeof value);
    return value;
}

static uint32_t load32(const unsigned char *p)
{
    uint32_t value;
    memcpy(&value, p, sizeof value);
    return value;
}

static uint32_t unsigned_part(uint32_t value, float most)
{
    return isa_bits32((float)value / most);
}

/* Both least values mean -1. */
static uint32_t signed_part(int32_t value, float most)
{
    float part = (float)value / most;
    return isa_bits32(part < -1.0f ? -1.0f : part);
}

/* IEC 61966-2-1. */
static uint32_t from_srgb(uint32_t value)
{
    double s = value / 255.0;
    return isa_bits32((float)(s <= 0.04045 ? s / 12.92 : pow((s + 0.055) / 1.055, 2.4)));
}

static uint32_t channel(const struct sg_texture *t, const unsigned char *p, unsigned c)
{
    switch (t->format) {
    case CU_AD_FORMAT_UNSIGNED_INT8:
        if (t->as_integer)
            return p[c];
        return t->srgb && c < 3 ? from_srgb(p[c]) : unsigned_part(p[c], 255.0f);
    case CU_AD_FORMAT_SIGNED_INT8: return t->as_integer ? (uint32_t)(int8_t)p[c] : signed_part((int8_t)p[c], 127.0f);
    case CU_AD_FORMAT_UNSIGNED_INT16: {
        uint32_t value = load16(p + 2 * (size_t)c);
        return t->as_integer ? value : unsigned_part(value, 65535.0f);
    }
    case CU_AD_FORMAT_SIGNED_INT16: {
        int32_t value = (int16_t)load16(p + 2 * (size_t)c);
        return t->as_integer ? (uint32_t)value : signed_part(value, 32767.0f);
    }
    case CU_AD_FORMAT_HALF: return isa_bits32(isa_f32_of_f16(load16(p + 2 * (size_t)c)));
    default: return load32(p + 4 * (size_t)c);
    }
}

void sg_texel_read(const struct sg_texture *texture, uint64_t at, uint32_t out[4])
{
    const unsigned char *p = (const unsigned char *)(uintptr_t)at;
    for (unsigned c = 0; c < texture->channels; c++)
        out[c] = channel(texture, p, c);
    for (unsigned c = texture->channels; c < 3; c++)
        out[c] = 0;
    if (texture->channels < 4)
        out[3] = sg_texel_is_float(texture) ? isa_bits32(1.0f) : 1;
}

static uint32_t saturated(float value, float least, float most)
{
    float kept = value > least ? value : least; /* of NaN the least */
    return (uint32_t)(int32_t)rintf(kept < most ? kept : most);
}

/* What sust.p stores: floats into formats that are read as floats, else integers, which are saturated. */
void sg_texel_write(const struct sg_texture *texture, unsigned channel_number, uint32_t bits, uint64_t at)
{
    unsigned bytes = lc_texture_channel_bytes(texture->format);
    unsigned char *p = (unsigned char *)(uintptr_t)at + (size_t)channel_number * bytes;
    uint32_t value = bits;
    switch (texture->format) {
    case CU_AD_FORMAT_UNSIGNED_INT8: value = bits > 255 ? 255 : bits; break;
    case CU_AD_FORMAT_UNSIGNED_INT16: value = bits > 65535 ? 65535 : bits; break;
    case CU_AD_FORMAT_SIGNED_INT8: value = saturated((float)(int32_t)bits, -128.0f, 127.0f); break;
    case CU_AD_FORMAT_SIGNED_INT16: value = saturated((float)(int32_t)bits, -32768.0f, 32767.0f); break;
    case CU_AD_FORMAT_HALF: value = isa_f16_of((double)isa_f32(bits)); break;
    default: break;
    }
    memcpy(p, &value, bytes);
}
