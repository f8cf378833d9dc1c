/* NVIDIA's cuBLAS, opened by file name: the vector and matrix-vector routines against sums made here.
 *
 *     cublas FILE         e.g. libcublas.so.13
 *
 * The numbers are small integers, so that every order of summing gives the same float. */
#include <dlfcn.h>

#include "show.h"

enum { N = 3000, ROWS = 40, COLUMNS = 70, PEAK = 1234 };
enum { NO_TRANSPOSE = 0, TRANSPOSE = 1 };

typedef struct cublasContext *Handle;

#define VECTOR Handle, int, const float *, int
#define CUBLAS(X)                                                                                                      \
    X(cublasCreate_v2, (Handle *))                                                                                     \
    X(cublasDestroy_v2, (Handle))                                                                                      \
    X(cublasSetStream_v2, (Handle, CUstream))                                                                          \
    X(cublasSaxpy_v2, (Handle, int, const float *, const float *, int, float *, int))                                  \
    X(cublasSscal_v2, (Handle, int, const float *, float *, int))                                                      \
    X(cublasScopy_v2, (VECTOR, float *, int))                                                                          \
    X(cublasSdot_v2, (VECTOR, const float *, int, float *))                                                            \
    X(cublasSnrm2_v2, (VECTOR, float *))                                                                               \
    X(cublasSasum_v2, (VECTOR, float *))                                                                               \
    X(cublasIsamax_v2, (VECTOR, int *))                                                                                \
    X(cublasSgemv_v2,                                                                                                  \
      (Handle, int, int, int, const float *, const float *, int, const float *, int, const float *, float *, int))
#define DECLARE(name, parameters) static int(*name) parameters;
CUBLAS(DECLARE)

static void open_library(const char *file)
{
    void *library = dlopen(file, RTLD_NOW);
    if (!library) {
        printf("cannot open it: %s\n", dlerror());
        exit(3);
    }
#define FIND(name, parameters)                                                                                         \
    if (!(*(void **)&name = dlsym(library, #name))) {                                                                  \
        printf("no %s\n", #name);                                                                                      \
        exit(3);                                                                                                       \
    }
    CUBLAS(FIND)
}

#define CHECK(call)                                                                                                    \
    do {                                                                                                               \
        int status = (call);                                                                                           \
        printf("%s %d\n", #call, status);                                                                              \
        if (status)                                                                                                    \
            printf("WRONG: 0 was expected\n");                                                                         \
    } while (0)

static float x[N], y[N], matrix[ROWS * COLUMNS], got[N];
static CUdeviceptr device_x, device_y, device_matrix;

#define X ((const float *)(uintptr_t)device_x)
#define Y ((float *)(uintptr_t)device_y)
#define MATRIX ((const float *)(uintptr_t)device_matrix)

static void upload(void)
{
    for (int i = 0; i < N; i++) {
        x[i] = (float)(i * 7 % 11 - 5);
        y[i] = (float)(i * 5 % 13 - 6);
    }
    x[PEAK] = -90;
    for (int i = 0; i < ROWS * COLUMNS; i++)
        matrix[i] = (float)(i * 3 % 7 - 3);
    MUST(cuMemcpyHtoD_v2(device_x, x, sizeof x));
    MUST(cuMemcpyHtoD_v2(device_y, y, sizeof y));
    MUST(cuMemcpyHtoD_v2(device_matrix, matrix, sizeof matrix));
}

/* How many of the first `count` elements of y on the device are not those of `expected`. */
static void compare(const char *what, const float *expected, int count)
{
    int wrong = 0;
    MUST(cuMemcpyDtoH_v2(got, device_y, sizeof got));
    for (int i = 0; i < count; i++)
        wrong += got[i] != expected[i];
    printf("%s: %d wrong\n", what, wrong);
    EXPECT_TRUE(wrong == 0);
}

static void check_vectors(Handle handle)
{
    static float expected[N];
    float alpha = 3;
    upload();
    CHECK(cublasSaxpy_v2(handle, N, &alpha, X, 1, Y, 1));
    for (int i = 0; i < N; i++)
        expected[i] = 3 * x[i] + y[i];
    compare("axpy", expected, N);
    CHECK(cublasSscal_v2(handle, N, &alpha, Y, 1));
    for (int i = 0; i < N; i++)
        expected[i] *= 3;
    compare("scal", expected, N);
    CHECK(cublasScopy_v2(handle, N, X, 1, Y, 1));
    compare("copy", x, N);
}

static void check_reductions(Handle handle)
{
    float dot = -1, norm = -1, sum = -1;
    double expected_dot = 0, squares = 0, expected_sum = 0;
    int greatest = -1;
    upload();
    for (int i = 0; i < N; i++) {
        expected_dot += x[i] * y[i];
        squares += x[i] * x[i];
        expected_sum += x[i] < 0 ? -x[i] : x[i];
    }
    CHECK(cublasSdot_v2(handle, N, X, 1, Y, 1, &dot));
    CHECK(cublasSnrm2_v2(handle, N, X, 1, &norm));
    CHECK(cublasSasum_v2(handle, N, X, 1, &sum));
    CHECK(cublasIsamax_v2(handle, N, X, 1, &greatest));
    printf("dot %g, nrm2 %.4f, asum %g, iamax %d\n", dot, norm, sum, greatest);
    EXPECT_TRUE(dot == (float)expected_dot);
    EXPECT_TRUE(norm * norm > squares * 0.9999 && norm * norm < squares * 1.0001);
    EXPECT_TRUE(sum == (float)expected_sum);
    EXPECT_TRUE(greatest == PEAK + 1);
}

/* Column by column, as cuBLAS has matrices. */
static void check_matrix(Handle handle, int operation)
{
    static float expected[N];
    int count = operation == TRANSPOSE ? COLUMNS : ROWS;
    float alpha = 2, beta = -1;
    upload();
    for (int i = 0; i < count; i++)
        expected[i] = -y[i];
    for (int column = 0; column < COLUMNS; column++)
        for (int row = 0; row < ROWS; row++) {
            int to = operation == TRANSPOSE ? column : row, from = operation == TRANSPOSE ? row : column;
            expected[to] += 2 * matrix[column * ROWS + row] * x[from];
        }
    CHECK(cublasSgemv_v2(handle, operation, ROWS, COLUMNS, &alpha, MATRIX, ROWS, X, 1, &beta, Y, 1));
    compare("gemv", expected, count);
}

static void check_all(Handle handle)
{
    check_vectors(handle);
    check_reductions(handle);
    check_matrix(handle, NO_TRANSPOSE);
    check_matrix(handle, TRANSPOSE);
}

int main(int argc, char **argv)
{
    Handle handle;
    CUstream stream;
    if (argc != 2)
        return 2;
    show_context();
    open_library(argv[1]);
    MUST(cuMemAlloc_v2(&device_x, sizeof x));
    MUST(cuMemAlloc_v2(&device_y, sizeof y));
    MUST(cuMemAlloc_v2(&device_matrix, sizeof matrix));
    MUST(cuStreamCreate(&stream, 0));
    CHECK(cublasCreate_v2(&handle));
    check_all(handle);
    CHECK(cublasSetStream_v2(handle, stream));
    check_all(handle);
    CHECK(cublasSetStream_v2(handle, NULL));
    check_vectors(handle);
    CHECK(cublasDestroy_v2(handle));
    return 0;
}
