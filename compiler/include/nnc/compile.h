//===- compile.h - the compiler as a library --------------------*- C++ -*-===//
//
// Model text in, shared library out:
//
//     nnc::CompileOptions options;
//     options.cpus = "x86-64-v3,x86-64-v4";
//     nnc::CompileResult result = nnc::compile(text, "model.mlir", options);
//     if (result.status != nnc::CompileStatus::Ok)
//       std::cerr << result.diagnostics;
//     else
//       std::ofstream("model.so", std::ios::binary) << result.output;
//
//===----------------------------------------------------------------------===//

#ifndef NNC_COMPILE_H
#define NNC_COMPILE_H

#include <cstdint>
#include <string>

namespace nnc {

/// What a compilation ends with; each but Library is a look at a stage on the way.
enum class Emit {
  NN,       ///< the checked model
  Fused,    ///< after the transforms
  Loops,    ///< loops and vectors and GPU kernels, before they become LLVM's
  Ptx,      ///< what the GPU's kernels become
  LLVM,     ///< optimised LLVM IR
  Assembly, ///< assembly text
  Object,   ///< a relocatable object file, for linking into a program
  Library,  ///< model.so
};

struct CompileOptions {
  Emit emit = Emit::Library;
  int optLevel = 2;       ///< 0 to 3: LLVM's effort; results are the same bits
  std::string cpus;       ///< levels such as "x86-64-v3,x86-64-v4"; empty means this machine's
  bool cpu = true;        ///< code for CPUs
  bool cuda = false;      ///< code for NVIDIA GPUs
  std::string cudaArchs;  ///< "sm_80,sm_90": GPUs to make machine code for, beside the PTX that all of them run
  std::string ptxas;      ///< the program that makes it; empty if there is none, which is a warning
  std::string triple;     ///< empty means this machine's
  std::string tag;        ///< the exported symbol is nnc_model_query, or nnc_model_query_TAG: a C identifier
  std::string soname;     ///< the library's own name, as linkers record it
  std::string weights;    ///< bytes of a .safetensors file to embed, already checked; empty for none
  std::string saveTemps;  ///< directory that gets the result of every stage; empty for none
  bool debugInfo = false; ///< line tables that point into the model's text
  uint64_t maxTensorBytes = uint64_t(16) << 30; ///< a larger tensor (of one sample, in an open model) is refused
};

enum class CompileStatus {
  Ok,
  Invalid,     ///< the model is wrong, or an option is
  Unsupported, ///< the model is right, but nnc cannot compile it (yet)
  System,      ///< a file could not be written
  Internal,    ///< a defect of nnc
};

struct CompileResult {
  CompileStatus status = CompileStatus::Ok;
  std::string output;      ///< text or bytes of what was to be emitted; empty unless Ok
  std::string diagnostics; ///< errors and warnings, each `file:line:column: error: ...` with the line it is about
};

/// Compiles the model `text`; `fileName` is what diagnostics call it. Nothing is printed, no file is written but under
/// `saveTemps`. May be called from several threads.
CompileResult compile(const std::string &text, const std::string &fileName, const CompileOptions &options);

/// "0.1.0"
const char *compilerVersion();

} // namespace nnc

#endif // NNC_COMPILE_H
