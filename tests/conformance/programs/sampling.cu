/* Textures and surfaces as C++ has them: every geometry is written through a surface and read through a texture. */
#include <cstdio>
#include <cstring>

#define MUST(call)                                                                                                     \
    do {                                                                                                               \
        cudaError_t must_ = (call);                                                                                    \
        if (must_ != cudaSuccess) {                                                                                    \
            std::printf("cannot go on: %s: %s\n", #call, cudaGetErrorName(must_));                                     \
            return 3;                                                                                                  \
        }                                                                                                              \
    } while (0)

enum { COUNT = 32 };

__device__ float value(int x, int y, int z) { return 100.0f * (float)z + 10.0f * (float)y + (float)x; }

__global__ void write_line(cudaSurfaceObject_t s) { surf1Dwrite(value(threadIdx.x, 0, 0), s, threadIdx.x * 4); }
__global__ void write_plane(cudaSurfaceObject_t s)
{
    int x = threadIdx.x, y = threadIdx.y;
    surf2Dwrite(make_float4(value(x, y, 0), value(x, y, 1), value(x, y, 2), value(x, y, 3)), s, x * 16, y);
}
__global__ void write_space(cudaSurfaceObject_t s)
{
    surf3Dwrite(value(threadIdx.x, threadIdx.y, threadIdx.z), s, threadIdx.x * 4, threadIdx.y, threadIdx.z);
}
__global__ void write_layers(cudaSurfaceObject_t s)
{
    surf2DLayeredwrite(value(threadIdx.x, threadIdx.y, threadIdx.z), s, threadIdx.x * 4, threadIdx.y, threadIdx.z);
}
__global__ void write_lines(cudaSurfaceObject_t s)
{
    surf1DLayeredwrite(value(threadIdx.x, 0, threadIdx.y), s, threadIdx.x * 4, threadIdx.y);
}
__global__ void write_bytes(cudaSurfaceObject_t s)
{
    unsigned char x = (unsigned char)(threadIdx.x * 16), y = (unsigned char)(threadIdx.y * 32);
    surf2Dwrite(make_uchar4(x, y, (unsigned char)(x + y), 255), s, threadIdx.x * 4, threadIdx.y);
}

__global__ void of_line(cudaTextureObject_t t, float *out)
{
    out[threadIdx.x] = tex1D<float>(t, (float)threadIdx.x * 0.25f);
}
__global__ void of_memory(cudaTextureObject_t t, float *out) { out[threadIdx.x] = tex1Dfetch<float>(t, threadIdx.x); }
__global__ void of_plane(cudaTextureObject_t t, float *out)
{
    float4 v = tex2D<float4>(t, (float)threadIdx.x * 0.37f - 1.0f, 1.25f);
    out[threadIdx.x] = v.x + 1000.0f * v.y + 2000.0f * v.z + v.w;
}
__global__ void of_space(cudaTextureObject_t t, float *out)
{
    out[threadIdx.x] = tex3D<float>(t, (float)threadIdx.x * 0.3f, 1.75f, 1.125f);
}
__global__ void of_layers(cudaTextureObject_t t, float *out)
{
    out[threadIdx.x] = tex2DLayered<float>(t, (float)threadIdx.x * 0.3f, 1.5f, threadIdx.x % 5);
}
__global__ void of_lines(cudaTextureObject_t t, float *out)
{
    out[threadIdx.x] = tex1DLayered<float>(t, (float)threadIdx.x * 0.3f, threadIdx.x % 5);
}
__global__ void of_cube(cudaTextureObject_t t, float *out)
{
    float a = (float)threadIdx.x * 0.2f;
    out[threadIdx.x] = texCubemap<float>(t, cosf(a), sinf(a), 0.5f * cosf(2 * a));
}
__global__ void of_cubes(cudaTextureObject_t t, float *out)
{
    float a = (float)threadIdx.x * 0.2f;
    out[threadIdx.x] = texCubemapLayered<float>(t, cosf(a), sinf(a), 0.5f * cosf(2 * a), threadIdx.x % 2);
}
__global__ void of_four(cudaTextureObject_t t, float *out)
{
    float4 v = tex2Dgather<float4>(t, (float)threadIdx.x * 0.3f, 1.5f, 1);
    out[threadIdx.x] = v.x + 2.0f * v.y + 3.0f * v.z + 4.0f * v.w;
}
__global__ void of_fractions(cudaTextureObject_t t, float *out)
{
    float4 v = tex2D<float4>(t, (float)threadIdx.x / COUNT, 0.6f);
    out[threadIdx.x] = v.x + v.y + v.z + v.w;
}
__global__ void of_surface(cudaSurfaceObject_t s, float *out)
{
    out[threadIdx.x] = surf2Dread<float4>(s, threadIdx.x * 16, 2, cudaBoundaryModeClamp).y;
}
__global__ void of_outside(cudaSurfaceObject_t s, float *out)
{
    out[threadIdx.x] = surf2Dread<float4>(s, threadIdx.x * 16, 2, cudaBoundaryModeZero).y;
}

static float *out;

static int print(const char *name)
{
    float values[COUNT];
    MUST(cudaMemcpy(values, out, sizeof values, cudaMemcpyDeviceToHost));
    std::printf("%s:", name);
    for (float each : values)
        std::printf(" %g", (double)each);
    std::printf("\n");
    return 0;
}

struct Wanted {
    const char *name;
    int width, height, depth;
    unsigned flags;
    cudaChannelFormatDesc format;
    void (*write)(cudaSurfaceObject_t);
    dim3 threads;
    void (*read)(cudaTextureObject_t, float *);
    bool linear, normalized;
    cudaTextureReadMode mode;
};

static int sample(const Wanted &wanted)
{
    cudaArray_t array;
    cudaResourceDesc resource;
    cudaTextureDesc description;
    cudaSurfaceObject_t surface;
    cudaTextureObject_t texture;
    const cudaTextureAddressMode modes[] = {cudaAddressModeWrap, cudaAddressModeClamp, cudaAddressModeMirror,
                                            cudaAddressModeBorder};
    MUST(cudaMalloc3DArray(&array, &wanted.format, make_cudaExtent(wanted.width, wanted.height, wanted.depth),
                           wanted.flags | cudaArraySurfaceLoadStore));
    std::memset(&resource, 0, sizeof resource);
    resource.resType = cudaResourceTypeArray;
    resource.res.array.array = array;
    MUST(cudaCreateSurfaceObject(&surface, &resource));
    wanted.write<<<1, wanted.threads>>>(surface);
    for (cudaTextureAddressMode mode : modes) {
        std::memset(&description, 0, sizeof description);
        for (cudaTextureAddressMode &each : description.addressMode)
            each = mode;
        description.filterMode = wanted.linear ? cudaFilterModeLinear : cudaFilterModePoint;
        description.readMode = wanted.mode;
        description.normalizedCoords = wanted.normalized;
        MUST(cudaCreateTextureObject(&texture, &resource, &description, nullptr));
        wanted.read<<<1, COUNT>>>(texture, out);
        MUST(cudaGetLastError());
        if (print(wanted.name))
            return 3;
        MUST(cudaDestroyTextureObject(texture));
    }
    if (wanted.write == write_plane)
        for (auto read : {of_surface, of_outside}) {
            read<<<1, COUNT>>>(surface, out);
            if (print("surface"))
                return 3;
        }
    MUST(cudaDestroySurfaceObject(surface));
    MUST(cudaFreeArray(array));
    return 0;
}

static int memory()
{
    float values[COUNT];
    float *texels;
    cudaResourceDesc resource;
    cudaTextureDesc description;
    cudaTextureObject_t texture;
    for (int i = 0; i < COUNT; i++)
        values[i] = (float)(i * i);
    MUST(cudaMalloc(&texels, sizeof values));
    MUST(cudaMemcpy(texels, values, sizeof values, cudaMemcpyHostToDevice));
    std::memset(&resource, 0, sizeof resource);
    std::memset(&description, 0, sizeof description);
    resource.resType = cudaResourceTypeLinear;
    resource.res.linear.devPtr = texels;
    resource.res.linear.desc = cudaCreateChannelDesc<float>();
    resource.res.linear.sizeInBytes = sizeof values - 12;
    MUST(cudaCreateTextureObject(&texture, &resource, &description, nullptr));
    of_memory<<<1, COUNT>>>(texture, out);
    if (print("memory"))
        return 3;
    MUST(cudaDestroyTextureObject(texture));
    MUST(cudaFree(texels));
    return 0;
}

int main()
{
    const auto one = cudaCreateChannelDesc<float>(), four = cudaCreateChannelDesc<float4>(),
               bytes = cudaCreateChannelDesc<uchar4>();
    const auto raw = cudaReadModeElementType, parts = cudaReadModeNormalizedFloat;
    const unsigned layers = cudaArrayLayered, cube = cudaArrayCubemap, gather = cudaArrayTextureGather;
    const Wanted all[] = {
        {"line", 8, 0, 0, 0, one, write_line, {8}, of_line, false, false, raw},
        {"line, filtered", 8, 0, 0, 0, one, write_line, {8}, of_line, true, true, raw},
        {"plane", 8, 4, 0, 0, four, write_plane, {8, 4}, of_plane, false, false, raw},
        {"plane, filtered", 8, 4, 0, 0, four, write_plane, {8, 4}, of_plane, true, false, raw},
        {"plane, normalized", 8, 4, 0, 0, four, write_plane, {8, 4}, of_plane, true, true, raw},
        {"space", 8, 4, 3, 0, one, write_space, {8, 4, 3}, of_space, false, false, raw},
        {"space, filtered", 8, 4, 3, 0, one, write_space, {8, 4, 3}, of_space, true, true, raw},
        {"layers", 8, 4, 3, layers, one, write_layers, {8, 4, 3}, of_layers, false, false, raw},
        {"layers, filtered", 8, 4, 3, layers, one, write_layers, {8, 4, 3}, of_layers, true, true, raw},
        {"lines", 8, 0, 3, layers, one, write_lines, {8, 3}, of_lines, true, false, raw},
        {"cube", 4, 4, 6, cube, one, write_layers, {4, 4, 6}, of_cube, false, true, raw},
        {"cubes", 4, 4, 12, cube | layers, one, write_layers, {4, 4, 12}, of_cubes, true, true, raw},
        {"four", 8, 4, 0, gather, four, write_plane, {8, 4}, of_four, false, false, raw},
        {"fractions", 8, 4, 0, 0, bytes, write_bytes, {8, 4}, of_fractions, true, true, parts},
    };
    MUST(cudaMalloc(&out, COUNT * sizeof *out));
    for (const Wanted &wanted : all)
        if (sample(wanted))
            return 3;
    return memory();
}
