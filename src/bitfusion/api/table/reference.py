"""Texture and surface references."""

from ..notation import read_chapter

CHAPTER = read_chapter(
    """
cuModuleGetTexRef@2000 #584 ask (CUtexref *pTexRef, CUmodule hmod, const char *name):
    module hmod; need pTexRef, name; refuse strlen(name) > BF_NAME_BYTES_MAX with CUDA_ERROR_NOT_FOUND;
    by bf_references_of_module(module, name, pTexRef)
cuModuleGetSurfRef@3000 #585 ask (CUsurfref *pSurfRef, CUmodule hmod, const char *name):
    module hmod; need pSurfRef, name; refuse strlen(name) > BF_NAME_BYTES_MAX with CUDA_ERROR_NOT_FOUND;
    by bf_references_surface_of_module(module, name, pSurfRef)
cuTexRefCreate@2000 #586 ask (CUtexref *pTexRef):
    current; need pTexRef; by bf_references_create(context, pTexRef)
cuTexRefDestroy@2000 #587 tell (CUtexref hTexRef):
    find texref hTexRef; check texref->reference.context; by bf_references_destroy(texref)
    server: destroys(hTexRef)
cuTexRefSetArray@2000 #588 (CUtexref hTexRef, CUarray hArray, unsigned int Flags):
    find texref hTexRef; check texref->reference.context; find array hArray; refuse Flags != 1; ask;
    set bf_references_bind_array(texref, array)
cuTexRefSetMipmappedArray@5000 #544 (CUtexref hTexRef, CUmipmappedArray hMipmappedArray, unsigned int Flags):
    find texref hTexRef; check texref->reference.context; find mipmap hMipmappedArray; refuse Flags != 1; ask;
    set bf_references_bind_mipmap(texref, mipmap)
cuSurfRefSetArray@3000 #589 (CUsurfref hSurfRef, CUarray hArray, unsigned int Flags):
    find surfref hSurfRef; check surfref->reference.context; find array hArray; refuse Flags; ask;
    set bf_references_bind_array(surfref, array)
cuTexRefSetAddress_v2@3020 #590 ask (size_t *ByteOffset, CUtexref hTexRef, CUdeviceptr dptr, size_t bytes):
    find texref hTexRef; check texref->reference.context; by bf_references_bind(texref, dptr, bytes, ByteOffset)
    server (CUtexref texref, CUdeviceptr dptr, size_t bytes, size_t *offset): cuTexRefSetAddress(texref, dptr, bytes)
cuTexRefSetAddress2D_v3@4010 #591 (CUtexref hTexRef, const CUDA_ARRAY_DESCRIPTOR *desc, CUdeviceptr dptr, size_t Pitch):
    find texref hTexRef; check texref->reference.context; need desc; pack desc; ask;
    set bf_references_bind_plane(texref, desc, dptr)
cuTexRefSetAddress2D_v2@3020 (CUtexref hTexRef, const CUDA_ARRAY_DESCRIPTOR *desc, CUdeviceptr dptr, size_t Pitch):
    is cuTexRefSetAddress2D_v3(hTexRef, desc, dptr, Pitch)
cuTexRefSetFormat@2000 #592 (CUtexref hTexRef, CUarray_format fmt, int NumPackedComponents):
    find texref hTexRef; check texref->reference.context; refuse !lc_texture_format_suits(fmt, NumPackedComponents); ask;
    set texref->reference.state->format = fmt; set texref->reference.state->channels = NumPackedComponents
cuTexRefSetAddressMode@2000 #593 (CUtexref hTexRef, int dim, CUaddress_mode am):
    find texref hTexRef; check texref->reference.context; refuse (unsigned)dim > 2; refuse (unsigned)am >
        CU_TR_ADDRESS_MODE_BORDER; ask; set texref->reference.state->sampler.addressMode[dim] = am
cuTexRefSetFilterMode@2000 #594 (CUtexref hTexRef, CUfilter_mode fm):
    find texref hTexRef; check texref->reference.context; refuse (unsigned)fm > CU_TR_FILTER_MODE_LINEAR; ask;
    set texref->reference.state->sampler.filterMode = fm
cuTexRefSetMipmapFilterMode@5000 #595 (CUtexref hTexRef, CUfilter_mode fm):
    find texref hTexRef; check texref->reference.context; refuse (unsigned)fm > CU_TR_FILTER_MODE_LINEAR; ask;
    set texref->reference.state->sampler.mipmapFilterMode = fm
cuTexRefSetMipmapLevelBias@5000 #596 (CUtexref hTexRef, float bias):
    find texref hTexRef; check texref->reference.context; ask;
    set texref->reference.state->sampler.mipmapLevelBias = bias
cuTexRefSetMipmapLevelClamp@5000 #597 (CUtexref hTexRef, float minMipmapLevelClamp, float maxMipmapLevelClamp):
    find texref hTexRef; check texref->reference.context; ask;
    set texref->reference.state->sampler.minMipmapLevelClamp = minMipmapLevelClamp;
    set texref->reference.state->sampler.maxMipmapLevelClamp = maxMipmapLevelClamp
cuTexRefSetMaxAnisotropy@5000 #598 (CUtexref hTexRef, unsigned int maxAniso):
    find texref hTexRef; check texref->reference.context; ask;
    set texref->reference.state->sampler.maxAnisotropy = maxAniso > 16 ? 16 : maxAniso
cuTexRefSetBorderColor@8000 #599 ask (CUtexref hTexRef, float *pBorderColor):
    find texref hTexRef; check texref->reference.context; need pBorderColor;
    by bf_references_border(texref, pBorderColor)
    server (CUtexref texref, float red, float green, float blue, float alpha):
        cuTexRefSetBorderColor(texref, red, green, blue, alpha)
cuTexRefSetFlags@2000 #600 (CUtexref hTexRef, unsigned int Flags):
    find texref hTexRef; check texref->reference.context; refuse Flags & ~(unsigned)LC_TEXTURE_FLAGS; ask;
    set texref->reference.state->sampler.flags = Flags
cuTexRefGetAddress_v2@3020 (CUdeviceptr *pdptr, CUtexref hTexRef):
    find texref hTexRef; check texref->reference.context; need pdptr; refuse !texref->reference.state->address;
    *pdptr = texref->reference.state->address
cuTexRefGetArray@2000 (CUarray *phArray, CUtexref hTexRef):
    find texref hTexRef; check texref->reference.context; need phArray; refuse !texref->reference.state->array;
    *phArray = texref->reference.state->array
cuTexRefGetMipmappedArray@5000 (CUmipmappedArray *phMipmappedArray, CUtexref hTexRef):
    find texref hTexRef; check texref->reference.context; need phMipmappedArray; refuse
        !texref->reference.state->mipmap; *phMipmappedArray = texref->reference.state->mipmap
cuSurfRefGetArray@3000 (CUarray *phArray, CUsurfref hSurfRef):
    find surfref hSurfRef; check surfref->reference.context; need phArray; refuse !surfref->reference.state->array;
    *phArray = surfref->reference.state->array
cuTexRefGetAddressMode@2000 (CUaddress_mode *pam, CUtexref hTexRef, int dim):
    find texref hTexRef; check texref->reference.context; need pam; refuse (unsigned)dim > 2;
    *pam = texref->reference.state->sampler.addressMode[dim]
cuTexRefGetFilterMode@2000 (CUfilter_mode *pfm, CUtexref hTexRef):
    find texref hTexRef; check texref->reference.context; need pfm; *pfm = texref->reference.state->sampler.filterMode
cuTexRefGetFormat@2000 (CUarray_format *pFormat, int *pNumChannels, CUtexref hTexRef):
    find texref hTexRef; check texref->reference.context; need pFormat, pNumChannels;
    *pFormat = texref->reference.state->format; *pNumChannels = texref->reference.state->channels
cuTexRefGetMipmapFilterMode@5000 (CUfilter_mode *pfm, CUtexref hTexRef):
    find texref hTexRef; check texref->reference.context; need pfm;
    *pfm = texref->reference.state->sampler.mipmapFilterMode
cuTexRefGetMipmapLevelBias@5000 (float *pbias, CUtexref hTexRef):
    find texref hTexRef; check texref->reference.context; need pbias;
    *pbias = texref->reference.state->sampler.mipmapLevelBias
cuTexRefGetMipmapLevelClamp@5000 (float *pminMipmapLevelClamp, float *pmaxMipmapLevelClamp, CUtexref hTexRef):
    find texref hTexRef; check texref->reference.context; need pminMipmapLevelClamp, pmaxMipmapLevelClamp;
    *pminMipmapLevelClamp = texref->reference.state->sampler.minMipmapLevelClamp;
    *pmaxMipmapLevelClamp = texref->reference.state->sampler.maxMipmapLevelClamp
cuTexRefGetMaxAnisotropy@5000 (int *pmaxAniso, CUtexref hTexRef):
    find texref hTexRef; check texref->reference.context; need pmaxAniso;
    *pmaxAniso = (int)texref->reference.state->sampler.maxAnisotropy
cuTexRefGetBorderColor@8000 (float *pBorderColor, CUtexref hTexRef):
    find texref hTexRef; check texref->reference.context; need pBorderColor;
    set memcpy(pBorderColor, texref->reference.state->sampler.borderColor, 4 * sizeof *pBorderColor)
cuTexRefGetFlags@2000 (unsigned int *pFlags, CUtexref hTexRef):
    find texref hTexRef; check texref->reference.context; need pFlags;
    *pFlags = texref->reference.state->sampler.flags
# Every reference is a parameter of every function: its variable is in the module.
cuParamSetTexRef@2000 (CUfunction hfunc, int texunit, CUtexref hTexRef):
    settable hfunc; find texref hTexRef; check texref->reference.context; refuse texunit != -1
"""
)
