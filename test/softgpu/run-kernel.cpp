//===- run-kernel.cpp - try one kernel on the software GPU ----------------===//
//
// softgpu-run FILE.ptx KERNEL [--grid X[,Y[,Z]]] [--block X[,Y[,Z]]] [--shared BYTES] [--arg ARG]...: tries one kernel
// on the software GPU and prints its buffers.
//
//   --arg u32:N, u64:N, f32:X    a number
//   --arg buf:N:zero|rand|empty  a buffer of N floats: zeros, numbers in [-1, 1), or not written
//
//===----------------------------------------------------------------------===//

#include "driver/Cuda.h"
#include "softgpu.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <random>
#include <sstream>
#include <string>
#include <vector>

extern "C" {
CUresult cuInit(unsigned);
CUresult cuDevicePrimaryCtxRetain(void **, CUdevice);
CUresult cuCtxSetCurrent(void *);
CUresult cuCtxSynchronize();
CUresult cuModuleLoadData(void **, const void *);
CUresult cuModuleGetFunction(void **, void *, const char *);
CUresult cuFuncSetAttribute(void *, int, int);
CUresult cuMemAlloc_v2(CUdeviceptr *, size_t);
CUresult cuMemcpyHtoD_v2(CUdeviceptr, const void *, size_t);
CUresult cuMemcpyDtoH_v2(void *, CUdeviceptr, size_t);
CUresult cuLaunchKernel(void *, unsigned, unsigned, unsigned, unsigned, unsigned, unsigned, unsigned, void *, void **,
                        void **);
}

namespace {

struct Buffer {
  CUdeviceptr pointer;
  size_t count;
};

struct Command {
  unsigned grid[3] = {1, 1, 1}, block[3] = {1, 1, 1}, sharedBytes = 0;
  std::vector<std::string> arguments;
};

void check(CUresult result, const char *what) {
  if (result == CUDA_SUCCESS)
    return;
  std::fprintf(stderr, "%s gives %d\n", what, result);
  std::exit(1);
}

int usage() {
  std::fprintf(
      stderr,
      "usage: softgpu-run FILE.ptx KERNEL [--grid X[,Y[,Z]]] [--block X[,Y[,Z]]] [--shared BYTES] [--arg ARG]...\n");
  return 2;
}

Buffer makeBuffer(const std::string &text) {
  size_t colon = text.find(':');
  std::string kind = colon == std::string::npos ? "zero" : text.substr(colon + 1);
  Buffer buffer = {0, std::strtoull(text.c_str(), nullptr, 10)};
  check(cuMemAlloc_v2(&buffer.pointer, buffer.count * 4), "cuMemAlloc");
  if (kind == "empty")
    return buffer;
  static std::mt19937 random;
  std::vector<float> values(buffer.count);
  if (kind == "rand")
    for (float &value : values)
      value = static_cast<float>(random()) / 2147483648.0f - 1;
  check(cuMemcpyHtoD_v2(buffer.pointer, values.data(), values.size() * 4), "cuMemcpyHtoD");
  return buffer;
}

/// The argument's bits; buffers are noted in `buffers`.
uint64_t makeArgument(const std::string &text, std::vector<Buffer> &buffers) {
  size_t colon = text.find(':');
  std::string kind = text.substr(0, colon), value = colon == std::string::npos ? "" : text.substr(colon + 1);
  if (kind == "buf") {
    buffers.push_back(makeBuffer(value));
    return buffers.back().pointer;
  }
  if (kind == "f32") {
    float number = std::strtof(value.c_str(), nullptr);
    uint64_t bits = 0;
    std::memcpy(&bits, &number, sizeof number);
    return bits;
  }
  if (kind != "u32" && kind != "u64")
    std::exit(usage());
  return std::strtoull(value.c_str(), nullptr, 0);
}

void print(const Buffer &buffer, size_t index) {
  std::vector<float> values(std::min<size_t>(buffer.count, 8));
  std::printf("buffer %zu:", index);
  if (cuMemcpyDtoH_v2(values.data(), buffer.pointer, values.size() * 4) == CUDA_SUCCESS)
    for (float value : values)
      std::printf(" %g", value);
  std::printf("%s\n", buffer.count > values.size() ? " ..." : "");
}

bool parse(int argc, char **argv, Command &command) {
  for (int i = 3; i + 1 < argc; i += 2) {
    std::string option = argv[i];
    unsigned *sizes = option == "--grid" ? command.grid : option == "--block" ? command.block : nullptr;
    if (sizes)
      std::sscanf(argv[i + 1], "%u,%u,%u", &sizes[0], &sizes[1], &sizes[2]);
    else if (option == "--shared")
      command.sharedBytes = std::strtoul(argv[i + 1], nullptr, 10);
    else if (option == "--arg")
      command.arguments.push_back(argv[i + 1]);
    else
      return false;
  }
  return argc >= 3 && argc % 2 == 1;
}

} // namespace

int main(int argc, char **argv) {
  Command command;
  if (!parse(argc, argv, command))
    return usage();
  std::ostringstream text;
  text << std::ifstream(argv[1]).rdbuf();
  void *context = nullptr, *module = nullptr, *function = nullptr;
  check(cuInit(0), "cuInit");
  check(cuDevicePrimaryCtxRetain(&context, 0), "cuDevicePrimaryCtxRetain");
  check(cuCtxSetCurrent(context), "cuCtxSetCurrent");
  check(cuModuleLoadData(&module, text.str().c_str()), "cuModuleLoadData");
  check(cuModuleGetFunction(&function, module, argv[2]), "cuModuleGetFunction");
  check(cuFuncSetAttribute(function, /*dynamic shared memory*/ 8, std::max(command.sharedBytes, 49152u)),
        "cuFuncSetAttribute");

  std::vector<Buffer> buffers;
  std::vector<uint64_t> values;
  for (const std::string &argument : command.arguments)
    values.push_back(makeArgument(argument, buffers));
  std::vector<void *> pointers;
  for (uint64_t &value : values)
    pointers.push_back(&value);
  const unsigned *grid = command.grid, *block = command.block;
  auto begin = std::chrono::steady_clock::now();
  check(cuLaunchKernel(function, grid[0], grid[1], grid[2], block[0], block[1], block[2], command.sharedBytes, nullptr,
                       pointers.data(), nullptr),
        "cuLaunchKernel");
  check(cuCtxSynchronize(), "the kernel");
  std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;

  for (size_t i = 0; i < buffers.size(); ++i)
    print(buffers[i], i);
  double instructions = static_cast<double>(softgpu_count("instructions"));
  std::printf("%.0f instructions of threads, %.1f million a second; %llu approximate, %llu contracted\n", instructions,
              instructions / seconds.count() * 1e-6, static_cast<unsigned long long>(softgpu_count("approximate")),
              static_cast<unsigned long long>(softgpu_count("contracted")));
  return 0;
}
