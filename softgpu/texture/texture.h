/* Textures and surfaces as kernels see them: memory that is cut into texels, and how it is read.
 *
 * A kernel names one by a number that lies in its parameters or in memory, so a number is looked up whenever it is
 * used, by many threads at once, and takes no lock (table.c). What a number stands for never changes while it lives;
 * a place is used again only under another number, and never given back, so that a kernel that outlives what it reads
 * sees a number of nothing and no freed memory. */
#ifndef SG_TEXTURE_H
#define SG_TEXTURE_H

#include <stdbool.h>

#include "../../libcuda/generated/cuda_api.h"

enum { SG_TEXTURE_LEVELS = 18 };

/* One level of a mipmap, or the only one. */
struct sg_texture_level {
    uint64_t at; /* of the first texel; device addresses are host addresses */
    uint64_t row, slice; /* bytes from a row to the next one, from a layer or a plane to the next one */
    uint32_t width, height; /* in texels; 1 where the geometry has fewer dimensions */
    uint32_t depth; /* planes; of what is layered, layers, of a cube map its faces */
};

struct sg_texture {
    void *owner; /* the context that it was made in and ends with */
    bool is_surface;
    uint64_t begin, end; /* the memory that its texels lie in */
    uint32_t level_count;
    struct sg_texture_level levels[SG_TEXTURE_LEVELS];
    CUarray_format format;
    uint8_t channels, texel_bytes;
    bool is_linear_memory; /* of one dimension: no address mode, no filter */
    bool is_layered, is_cube;
    /* The sampler. */
    uint8_t address[3]; /* CUaddress_mode */
    bool filters, filters_levels; /* linearly, between texels and between levels */
    bool normalized; /* coordinates are from 0 to 1 */
    bool as_integer; /* integers stay as they are */
    bool srgb;
    float bias, level_min, level_max, border[4];
};

/* A new number for `texture`, which stays where it is for as long as the process lives; 0: no room. */
uint64_t sg_table_enter(struct sg_texture *texture);

/* What a number stands for, or NULL. Takes no lock. */
struct sg_texture *sg_table_find(uint64_t number);

/* The number stands for nothing from now on; whether it stood for something. */
bool sg_table_leave(uint64_t number);

/* The lowest number after `number` that stands for something of `owner`'s; 0: none. */
uint64_t sg_table_next(const void *owner, uint64_t number);

/* texel.c: all four channels of the texel at `at`, as float or integer bits; what a format lacks is 0, alpha 1. */
void sg_texel_read(const struct sg_texture *texture, uint64_t at, uint32_t out[4]);
/* Whether the values are floats. */
bool sg_texel_is_float(const struct sg_texture *texture);
/* A value into one channel as sust.p stores it: from float, unsigned or signed bits; saturated to what it can hold. */
void sg_texel_write(const struct sg_texture *texture, unsigned channel, uint32_t bits, uint64_t at);

/* sample.c: what one thread asks for. Coordinates are bits of floats, or integers. */
enum sg_sample_level { SG_LEVEL_BASE, SG_LEVEL_GIVEN, SG_LEVEL_GRADIENT };
struct sg_sample {
    uint8_t dimensions; /* 1 to 3; of a cube map 3 */
    bool is_array, is_cube, is_integer;
    uint8_t level_by; /* enum sg_sample_level */
    uint8_t component; /* of a gather */
    uint32_t layer;
    uint32_t at[3];
    int32_t offset[3];
    float level, dx[3], dy[3];
};
void sg_sample_fetch(const struct sg_texture *texture, const struct sg_sample *ask, uint32_t out[4]);
void sg_sample_gather(const struct sg_texture *texture, const struct sg_sample *ask, uint32_t out[4]);

#endif
