/* 128-bit integers: every operator, signed and unsigned, on all pairs of edges and random numbers, against the host's compiler. */
#include <cstdio>
#include <vector>

typedef __int128 wide;
typedef unsigned __int128 uwide;
typedef unsigned long long word;

enum { OPERATORS = 12, NUMBERS = 96 };

template <typename T>
__host__ __device__ void operate(T a, T b, T out[6])
{
    out[0] = a + b;
    out[1] = a - b;
    out[2] = a * b;
    out[3] = a / b;
    out[4] = a % b;
    out[5] = (a << (int)(b & 127)) ^ (a >> (int)(b >> 64 & 127)) ^ (T)(a < b);
}

/* The two quotients that C leaves undefined. */
__host__ __device__ inline bool defined(uwide a, uwide b) { return b != 0 && !(a == (uwide)1 << 127 && b == ~(uwide)0); }

__global__ void all_pairs(const uwide *numbers, uwide *out)
{
    const int i = blockIdx.x, j = threadIdx.x;
    uwide *to = out + (size_t)(i * NUMBERS + j) * OPERATORS;
    if (!defined(numbers[i], numbers[j]))
        return;
    operate<wide>((wide)numbers[i], (wide)numbers[j], (wide *)to);
    operate<uwide>(numbers[i], numbers[j], to + 6);
}

static std::vector<uwide> make_numbers()
{
    const uwide one = 1;
    std::vector<uwide> found = {0, 1, 2, 3, 10, 0xffffffff, one << 32, one << 63, ~(word)0, one << 64, (one << 64) + 1};
    word state = 88172645463325252ull;
    for (uwide top : {one << 96, one << 126, one << 127})
        found.insert(found.end(), {top - 1, top, top + 1});
    for (size_t n = found.size(); n--;)
        found.push_back(-found[n]);
    while (found.size() < NUMBERS) {
        word halves[2];
        for (word &half : halves) {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            half = state;
        }
        const uwide number = (uwide)halves[0] << 64 | halves[1];
        found.push_back(found.size() % 2 ? number : number >> (int)(halves[0] % 127));
    }
    return found;
}

int main()
{
    const std::vector<uwide> numbers = make_numbers();
    std::vector<uwide> got((size_t)NUMBERS * NUMBERS * OPERATORS);
    uwide *in, *out;
    cudaMalloc(&in, sizeof(uwide) * NUMBERS);
    cudaMalloc(&out, sizeof(uwide) * got.size());
    cudaMemset(out, 0, sizeof(uwide) * got.size());
    cudaMemcpy(in, numbers.data(), sizeof(uwide) * NUMBERS, cudaMemcpyHostToDevice);
    all_pairs<<<NUMBERS, NUMBERS>>>(in, out);
    const cudaError_t error = cudaMemcpy(got.data(), out, sizeof(uwide) * got.size(), cudaMemcpyDeviceToHost);
    int wrong[OPERATORS] = {}, pairs = 0;
    for (int i = 0; i < NUMBERS; i++) {
        for (int j = 0; j < NUMBERS; j++) {
            uwide expected[OPERATORS];
            if (!defined(numbers[i], numbers[j]))
                continue;
            pairs++;
            operate<wide>((wide)numbers[i], (wide)numbers[j], (wide *)expected);
            operate<uwide>(numbers[i], numbers[j], expected + 6);
            for (int k = 0; k < OPERATORS; k++)
                wrong[k] += got[(size_t)(i * NUMBERS + j) * OPERATORS + k] != expected[k];
        }
    }
    printf("%s, %d pairs\n", cudaGetErrorString(error), pairs);
    static const char *const names[6] = {"sum", "difference", "product", "quotient", "remainder", "shifts"};
    for (int k = 0; k < OPERATORS; k++)
        printf("%s %s: %d wrong\n", k < 6 ? "signed" : "unsigned", names[k % 6], wrong[k]);
    return 0;
}
