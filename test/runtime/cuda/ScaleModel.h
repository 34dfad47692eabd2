// A model made by hand, as the compiler would make it: y = x * w + 1 for rows of four, in two kernels with a workspace
// between them; for the GPU and for the CPU.

#ifndef NNC_TEST_RUNTIME_CUDA_SCALEMODEL_H
#define NNC_TEST_RUNTIME_CUDA_SCALEMODEL_H

#include "nnc/abi.h"

#include <cstring>
#include <string>

#if defined(__x86_64__)
constexpr uint32_t thisMachine = NNC_MACHINE_X86_64;
#else
constexpr uint32_t thisMachine = NNC_MACHINE_AARCH64;
#endif

/// A kernel of PTX: to[i] = %f2, for i < count, which `body` makes of from[i] in %f1; %rd3 is 4 * i.
inline std::string makeKernel(const std::string &name, const std::string &parameters, const std::string &body) {
  return ".visible .entry " + name + "(" + parameters + R"(, .param .u64 count)
{
  .reg .pred %p<2>;
  .reg .f32 %f<4>;
  .reg .b32 %r<5>;
  .reg .b64 %rd<12>;
  mov.u32 %r1, %ctaid.x;
  mov.u32 %r2, %ntid.x;
  mov.u32 %r3, %tid.x;
  mad.lo.s32 %r4, %r1, %r2, %r3;
  cvt.u64.u32 %rd1, %r4;
  ld.param.u64 %rd2, [count];
  setp.ge.s64 %p1, %rd1, %rd2;
  @%p1 bra done;
  shl.b64 %rd3, %rd1, 2;
  ld.param.u64 %rd4, [from];
  ld.param.u64 %rd5, [to];
  add.s64 %rd6, %rd4, %rd3;
  add.s64 %rd7, %rd5, %rd3;
  ld.global.f32 %f1, [%rd6];
)" + body +
         R"(
  st.global.f32 [%rd7], %f2;
done:
  ret;
}
)";
}

/// to[i] = from[i] * w[i % 4], and to[i] = from[i] + 1, for i < count.
inline std::string makeScalePtx() {
  std::string multiply = R"(  ld.param.u64 %rd8, [weights];
  and.b64 %rd9, %rd3, 15;
  add.s64 %rd10, %rd8, %rd9;
  ld.global.f32 %f3, [%rd10];
  mul.rn.f32 %f2, %f1, %f3;)";
  return ".version 7.0\n.target sm_80\n.address_size 64\n" +
         makeKernel("scale", ".param .u64 from, .param .u64 weights, .param .u64 to", multiply) +
         makeKernel("shift", ".param .u64 from, .param .u64 to", "  add.rn.f32 %f2, %f1, 0f3F800000;");
}

/// The table; whoever wants another changes it before it is loaded.
struct ScaleModel {
  static constexpr int64_t width = 4, few = 4;

  template <typename T, size_t count> static nnc_array arrayOf(const T (&elements)[count]) {
    return {elements, count, sizeof(T)};
  }

  static void pack(const void *const *parameters, void *packed) { std::memcpy(packed, parameters[0], 4 * width); }
  static uint32_t phases(const nnc_call *, uint32_t) { return 1; }
  static void runPart(const nnc_call *call, uint32_t, uint32_t part, uint32_t) {
    auto *x = static_cast<const float *>(call->inputs[0]), *w = static_cast<const float *>(call->packed);
    auto *y = static_cast<float *>(call->outputs[0]);
    for (int64_t i = 0; part == 0 && i < width * call->batch; ++i)
      y[i] = x[i] * w[i % width] + 1;
  }

  int64_t shape[2] = {-1, width}, weightShape[1] = {width};
  const char *symbols[1] = {"batch"};
  nnc_dtype f32 = {NNC_DTYPE_FLOAT, 32, 1};
  nnc_tensor_info inputs[1] = {{sizeof inputs[0], f32, "x", arrayOf(shape)}};
  nnc_tensor_info outputs[1] = {{sizeof outputs[0], f32, "y", arrayOf(shape)}};
  nnc_tensor_info parameters[1] = {{sizeof parameters[0], f32, "w", arrayOf(weightShape)}};
  nnc_cpu_variant cpuVariants[1] = {
      {sizeof cpuVariants[0], thisMachine, "by hand", 0, 4 * width, 64, 0, 0, 64, pack, phases, runPart}};

  std::string ptx = makeScalePtx();
  nnc_cuda_image images[1] = {{sizeof images[0], NNC_CUDA_PTX, 80, 70, ptx.c_str(), ptx.size() + 1}};
  nnc_cuda_kernel kernels[2] = {{sizeof kernels[0], 32, "scale", 0, 0}, {sizeof kernels[0], 32, "shift", 0, 0}};
  nnc_cuda_argument scaleArguments[4] = {{sizeof scaleArguments[0], NNC_CUDA_INPUT, 0, 0, 0, 0},
                                         {sizeof scaleArguments[0], NNC_CUDA_PACKED, 0, 0, 0, 0},
                                         {sizeof scaleArguments[0], NNC_CUDA_WORKSPACE, 0, 0, 256, 0},
                                         {sizeof scaleArguments[0], NNC_CUDA_COUNT, 0, 0, 0, width}};
  nnc_cuda_argument shiftArguments[3] = {{sizeof shiftArguments[0], NNC_CUDA_WORKSPACE, 0, 0, 256, 0},
                                         {sizeof shiftArguments[0], NNC_CUDA_OUTPUT, 0, 0, 0, 0},
                                         {sizeof shiftArguments[0], NNC_CUDA_COUNT, 0, 0, 0, width}};
  nnc_cuda_launch launches[2] = {{sizeof launches[0], 0, 0, width, 32, 1, arrayOf(scaleArguments)},
                                 {sizeof launches[0], 1, 0, width, 32, 1, arrayOf(shiftArguments)}};
  nnc_cuda_schedule schedules[2] = {{sizeof schedules[0], 0, few, arrayOf(launches)},
                                    {sizeof schedules[0], 0, INT64_MAX, arrayOf(launches)}};
  nnc_cuda_variant cudaVariants[1] = {{sizeof cudaVariants[0], 0, arrayOf(images), arrayOf(kernels), arrayOf(schedules),
                                       4 * width, 256, 4 * width, pack}};

  nnc_entry entries[1] = {{sizeof entries[0], 0, "forward", arrayOf(symbols), arrayOf(inputs), arrayOf(outputs),
                           arrayOf(cpuVariants), 2 * width, arrayOf(cudaVariants)}};
  nnc_model model = {sizeof model, NNC_ABI_VERSION,     "Scale",          "by hand", "{}",
                     "{}",         arrayOf(parameters), arrayOf(entries), nullptr,   0};

  ScaleModel() = default;
  ScaleModel(const ScaleModel &) = delete; // its arrays point into it
};

#endif // NNC_TEST_RUNTIME_CUDA_SCALEMODEL_H
