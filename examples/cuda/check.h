// What every example here does the same way: stop on a CUDA error, name the device, measure wall time.
#pragma once
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cuda_runtime.h>

#define CHECK(call)                                                                                                    \
    do {                                                                                                               \
        cudaError_t check_error = (call);                                                                              \
        if (check_error != cudaSuccess) {                                                                              \
            std::fprintf(stderr, "%s:%d: %s: %s (%d)\n", __FILE__, __LINE__, #call, cudaGetErrorName(check_error),     \
                         static_cast<int>(check_error));                                                               \
            std::exit(1);                                                                                              \
        }                                                                                                              \
    } while (0)

inline void print_device()
{
    cudaDeviceProp properties;
    CHECK(cudaGetDeviceProperties(&properties, 0));
    std::printf("device: %s\n", properties.name);
}

class Stopwatch
{
  public:
    double milliseconds() const
    {
        return std::chrono::duration<double, std::milli>(Clock::now() - start_).count();
    }

  private:
    using Clock = std::chrono::steady_clock;
    Clock::time_point start_ = Clock::now();
};

// Prints the verdict and gives the exit code.
inline int report(const char *what, long checked, long wrong, double milliseconds)
{
    std::printf("result: %ld %s, %ld wrong\n", checked, what, wrong);
    std::printf("time: %.3f ms\n", milliseconds);
    return wrong ? 1 : 0;
}
