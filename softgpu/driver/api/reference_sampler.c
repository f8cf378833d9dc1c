/* Entry points of texture references: how they are sampled. */
#include "../state/reference.h"

#include "../../../libcuda/texture.h"
#include "../state/handles.h"

enum { ANISOTROPY_MAX = 16 };

static CUresult find(const void *handle, struct sg_reference **out)
{
    *out = sg_handles_get(handle, SG_TEXREF);
    return *out ? sg_context_error((*out)->context) : sg_context_missing();
}

/* A setter: what is refused, and what is set of `wanted`. */
#define SETTER(symbol, parameters, refused, setting)                                                                   \
    CUresult symbol parameters                                                                                         \
    {                                                                                                                  \
        ENTER(symbol);                                                                                                 \
        struct sg_reference *reference;                                                                                \
        TRY(find(hTexRef, &reference));                                                                                \
        REQUIRE(!(refused), CUDA_ERROR_INVALID_VALUE);                                                                 \
        struct sg_reference wanted = *reference;                                                                       \
        setting;                                                                                                       \
        return sg_reference_change(reference, &wanted);                                                                \
    }

SETTER(cuTexRefSetFormat, (CUtexref hTexRef, CUarray_format fmt, int NumPackedComponents),
       !lc_texture_format_suits(fmt, NumPackedComponents), (wanted.format = fmt, wanted.channels = NumPackedComponents))
SETTER(cuTexRefSetAddressMode, (CUtexref hTexRef, int dim, CUaddress_mode am),
       dim < 0 || dim > 2 || (unsigned)am > CU_TR_ADDRESS_MODE_BORDER, wanted.sampler.addressMode[dim] = am)
SETTER(cuTexRefSetFilterMode, (CUtexref hTexRef, CUfilter_mode fm), (unsigned)fm > CU_TR_FILTER_MODE_LINEAR,
       wanted.sampler.filterMode = fm)
SETTER(cuTexRefSetMipmapFilterMode, (CUtexref hTexRef, CUfilter_mode fm), (unsigned)fm > CU_TR_FILTER_MODE_LINEAR,
       wanted.sampler.mipmapFilterMode = fm)
SETTER(cuTexRefSetMipmapLevelBias, (CUtexref hTexRef, float bias), false, wanted.sampler.mipmapLevelBias = bias)
SETTER(cuTexRefSetMipmapLevelClamp, (CUtexref hTexRef, float minMipmapLevelClamp, float maxMipmapLevelClamp), false,
       (wanted.sampler.minMipmapLevelClamp = minMipmapLevelClamp,
        wanted.sampler.maxMipmapLevelClamp = maxMipmapLevelClamp))
SETTER(cuTexRefSetMaxAnisotropy, (CUtexref hTexRef, unsigned int maxAniso), false,
       wanted.sampler.maxAnisotropy = maxAniso > ANISOTROPY_MAX ? ANISOTROPY_MAX : maxAniso)
SETTER(cuTexRefSetFlags, (CUtexref hTexRef, unsigned int Flags), Flags & ~(unsigned)LC_TEXTURE_FLAGS,
       wanted.sampler.flags = Flags)
SETTER(cuTexRefSetBorderColor, (CUtexref hTexRef, float *pBorderColor), !pBorderColor,
       for (unsigned c = 0; c < 4; c++) wanted.sampler.borderColor[c] = pBorderColor[c])

/* A getter: which places must be there, and what goes there. */
#define GETTER(symbol, parameters, needed, giving)                                                                     \
    CUresult symbol parameters                                                                                         \
    {                                                                                                                  \
        ENTER(symbol);                                                                                                 \
        struct sg_reference *reference;                                                                                \
        TRY(find(hTexRef, &reference));                                                                                \
        REQUIRE(needed, CUDA_ERROR_INVALID_VALUE);                                                                     \
        giving;                                                                                                        \
        return CUDA_SUCCESS;                                                                                           \
    }

GETTER(cuTexRefGetFormat, (CUarray_format * pFormat, int *pNumChannels, CUtexref hTexRef), pFormat &&pNumChannels,
       (*pFormat = reference->format, *pNumChannels = reference->channels))
GETTER(cuTexRefGetAddressMode, (CUaddress_mode * pam, CUtexref hTexRef, int dim), pam &&dim >= 0 && dim <= 2,
       *pam = reference->sampler.addressMode[dim])
GETTER(cuTexRefGetFilterMode, (CUfilter_mode * pfm, CUtexref hTexRef), pfm, *pfm = reference->sampler.filterMode)
GETTER(cuTexRefGetMipmapFilterMode, (CUfilter_mode * pfm, CUtexref hTexRef), pfm,
       *pfm = reference->sampler.mipmapFilterMode)
GETTER(cuTexRefGetMipmapLevelBias, (float *pbias, CUtexref hTexRef), pbias, *pbias = reference->sampler.mipmapLevelBias)
GETTER(cuTexRefGetMipmapLevelClamp, (float *pminMipmapLevelClamp, float *pmaxMipmapLevelClamp, CUtexref hTexRef),
       pminMipmapLevelClamp &&pmaxMipmapLevelClamp,
       (*pminMipmapLevelClamp = reference->sampler.minMipmapLevelClamp,
        *pmaxMipmapLevelClamp = reference->sampler.maxMipmapLevelClamp))
GETTER(cuTexRefGetMaxAnisotropy, (int *pmaxAniso, CUtexref hTexRef), pmaxAniso,
       *pmaxAniso = (int)reference->sampler.maxAnisotropy)
GETTER(cuTexRefGetFlags, (unsigned int *pFlags, CUtexref hTexRef), pFlags, *pFlags = reference->sampler.flags)
GETTER(cuTexRefGetBorderColor, (float *pBorderColor, CUtexref hTexRef), pBorderColor,
       for (unsigned c = 0; c < 4; c++) pBorderColor[c] = reference->sampler.borderColor[c])
