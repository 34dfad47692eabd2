//===- Options.cpp - nnc's command line -----------------------------------===//

#include "tools/nnc/Options.h"

#include "tools/nnc/ExitCode.h"

#include "mlir/IR/AsmState.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Support/Timing.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Config/llvm-config.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/Program.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;
using namespace nnc;

static cl::OptionCategory category("nnc options");

static cl::opt<std::string> input(cl::Positional, cl::desc("<model.mlir, or - for stdin>"), cl::Required,
                                  cl::cat(category));
static cl::opt<std::string> output("o",
                                   cl::desc("Output file, or - for stdout (default: the model's name with the "
                                            "output's extension; stdout for text)"),
                                   cl::value_desc("file"), cl::cat(category));
static cl::opt<Emit> emit("emit", cl::desc("What to make:"), cl::init(Emit::Library), cl::cat(category),
                          cl::values(clEnumValN(Emit::NN, "nn", "the checked model"),
                                     clEnumValN(Emit::Fused, "fused", "after the transforms"),
                                     clEnumValN(Emit::Loops, "loops", "loops and vectors, GPU kernels"),
                                     clEnumValN(Emit::Ptx, "ptx", "PTX of the GPU kernels"),
                                     clEnumValN(Emit::LLVM, "llvm", "optimised LLVM IR"),
                                     clEnumValN(Emit::Assembly, "asm", "assembly"),
                                     clEnumValN(Emit::Object, "obj", "an object file"),
                                     clEnumValN(Emit::Library, "lib", "a shared library (default)"),
                                     clEnumValN(static_cast<Emit>(-1), "header", "a C header (not supported yet)")));
static cl::opt<unsigned> optLevel("O", cl::Prefix,
                                  cl::desc("Optimisation level, 0 to 3 (default 2); the results are "
                                           "the same bits"),
                                  cl::init(2), cl::value_desc("level"), cl::cat(category));
static cl::opt<std::string> cpus("mcpu",
                                 cl::desc("CPU levels to compile for, the best that fits is chosen at load: "
                                          "native (default), x86-64-v3, x86-64-v4, armv8-a"),
                                 cl::value_desc("level,..."), cl::cat(category));
static cl::opt<std::string> triple("mtriple", cl::desc("Target triple (default: this machine's)"),
                                   cl::value_desc("triple"), cl::cat(category));
static cl::opt<bool> debugInfo("g", cl::desc("Line tables that point into the model's text"), cl::cat(category));
static cl::opt<bool> verbose("v", cl::desc("Say what is done and how long it takes"), cl::cat(category));
static cl::opt<std::string> tag("tag",
                                cl::desc("Export nnc_model_query_NAME, for linking several models into one "
                                         "program"),
                                cl::value_desc("NAME"), cl::cat(category));
static cl::opt<std::string> weights("w",
                                    cl::desc("Weights, a .safetensors file (with --embed-weights, --verify, "
                                             "--trace)"),
                                    cl::value_desc("file"), cl::cat(category));
static cl::opt<std::string> embedWeights("embed-weights",
                                         cl::desc("Put the weights of the file (or of -w) into the "
                                                  "library"),
                                         cl::value_desc("file"), cl::ValueOptional, cl::cat(category));
static cl::opt<std::string> saveTemps("save-temps", cl::desc("Keep the result of every stage in this directory"),
                                      cl::value_desc("dir"), cl::cat(category));
static cl::opt<uint64_t> maxTensorBytes("max-tensor-bytes", cl::desc("Refuse larger tensors (default 16 GiB)"),
                                        cl::init(CompileOptions().maxTensorBytes), cl::value_desc("bytes"),
                                        cl::cat(category));
static cl::opt<bool> verify("verify",
                            cl::desc("Compile, run random batches and compare with the interpreter bit for "
                                     "bit; needs -w if the model has parameters"),
                            cl::cat(category));
static cl::list<int64_t> verifyBatches("verify-batches", cl::desc("Batches that --verify runs (default 1,3,17,64)"),
                                       cl::CommaSeparated, cl::value_desc("n,..."), cl::cat(category));
static cl::opt<unsigned> seed("seed", cl::desc("Seed of random inputs (default 0)"), cl::init(0), cl::cat(category));
static cl::opt<std::string> trace("trace", cl::desc("Write every value of the graph, from the interpreter, as .npy"),
                                  cl::value_desc("dir"), cl::cat(category));
static cl::list<std::string> inputs("i",
                                    cl::desc("Input for --trace: [NAME=]file.npy, rand:1x28x28, zeros:..., "
                                             "ones:..."),
                                    cl::value_desc("[NAME=]SPEC"), cl::cat(category));
static cl::list<std::string> devices("device",
                                     cl::desc("Devices to compile for, chosen between at load: cpu (default), cuda"),
                                     cl::CommaSeparated, cl::value_desc("cpu,cuda"), cl::cat(category));
static cl::opt<std::string> cudaArchs("cuda-arch",
                                      cl::desc("GPUs to make machine code for with ptxas, beside the PTX that runs on "
                                               "all from sm_80 up"),
                                      cl::value_desc("sm_80,..."), cl::cat(category));
static cl::opt<bool>
    optReport("opt-report", cl::desc("Say of each layer what was fused, how it is computed and what bounds its time"),
              cl::cat(category));
static cl::opt<bool> sanitize("sanitize", cl::desc("Check every access (not supported yet)"), cl::cat(category));
static cl::opt<bool> crash("debug-crash", cl::desc("Crash, to test what happens then"), cl::Hidden, cl::cat(category));

static ParsedOptions usageError(const Twine &message) {
  errs() << "nnc: error: " << message << "\n";
  return {std::nullopt, ExitUsage};
}

/// Flags that are known, but whose work is still to be done.
static const char *findUnsupportedFlag() {
  if (emit == static_cast<Emit>(-1))
    return "--emit=header";
  if (sanitize)
    return "--sanitize";
  return nullptr;
}

/// Where CUDA's assembler is: on the PATH, or in CUDA_PATH, which is by default where the toolkit's installer puts it.
/// Empty if nowhere.
static std::string findPtxas() {
  if (auto found = sys::findProgramByName("ptxas"))
    return *found;
  std::string toolkit = sys::Process::GetEnv("CUDA_PATH").value_or("/usr/local/cuda") + "/bin";
  auto found = sys::findProgramByName("ptxas", {toolkit});
  return found ? *found : "";
}

/// "fc.so" for "models/fc.mlir", "model.so" for stdin; "-" for what people read.
static std::string defaultOutput() {
  std::string stem = input == "-" ? "model" : sys::path::stem(input).str();
  if (emit == Emit::Library)
    return stem + ".so";
  if (emit == Emit::Object)
    return stem + ".o";
  return "-";
}

static bool isCIdentifier(StringRef text) {
  return all_of(text, [](char c) { return isAlnum(c) || c == '_'; });
}

ParsedOptions nnc::parseOptions(int argc, char **argv) {
  mlir::registerAsmPrinterCLOptions();
  mlir::registerMLIRContextCLOptions();
  mlir::registerPassManagerCLOptions();
  mlir::registerDefaultTimingManagerCLOptions();
  cl::SetVersionPrinter(
      [](raw_ostream &os) { os << "nnc " << compilerVersion() << ", LLVM " << LLVM_VERSION_STRING << "\n"; });
  // LLVM's libraries bring hundreds of options of their own; --help-hidden still lists them.
  cl::HideUnrelatedOptions(category);
  std::string errors;
  raw_string_ostream errorStream(errors);
  if (!cl::ParseCommandLineOptions(argc, argv, "nnc: compiles a neural network into a shared library\n",
                                   &errorStream)) {
    errs() << errors;
    return {std::nullopt, ExitUsage};
  }

  // lld registers LLVM's own -mcpu when it links.
  cpus.removeArgument();

  if (const char *flag = findUnsupportedFlag()) {
    errs() << "nnc: error: " << flag << " is not supported yet\n";
    return {std::nullopt, ExitUnsupported};
  }
  for (const std::string &device : devices)
    if (device != "cpu" && device != "cuda")
      return usageError("unknown device '" + device + "' in --device; known are cpu, cuda");
  bool cuda = is_contained(devices, "cuda") || emit == Emit::Ptx;
  if (cudaArchs.getNumOccurrences() && !cuda)
    return usageError("--cuda-arch is about GPU code; it goes with --device=cpu,cuda");
  if (optLevel > 3)
    return usageError("-O" + Twine(optLevel) + ": levels are 0 to 3");
  if (!isCIdentifier(tag))
    return usageError("--tag=" + tag + ": letters, digits and _ only, as it becomes part of a C name");
  bool embeds = embedWeights.getNumOccurrences() > 0;
  if (embeds && embedWeights.empty() && weights.empty())
    return usageError("--embed-weights needs a file: --embed-weights=weights.safetensors, or -w");
  if (!inputs.empty() && trace.empty())
    return usageError("-i gives inputs for --trace=DIR; nnc-run runs a compiled model");
  if (!trace.empty() && verify)
    return usageError("--trace and --verify do not go together");
  if (verify && emit != Emit::Library)
    return usageError("--verify runs a library; it does not go with --emit");
  if (any_of(verifyBatches, [](int64_t batch) { return batch < 0; }))
    return usageError("--verify-batches: a batch is 0 or more");

  ToolOptions options;
  options.input = input;
  options.output = output.empty() ? defaultOutput() : output;
  options.weights = embeds && !embedWeights.empty() ? embedWeights : weights;
  options.embedWeights = embeds;
  options.verbose = verbose;
  options.optReport = optReport;
  options.verify = verify;
  options.verifyBatches.assign(verifyBatches.begin(), verifyBatches.end());
  options.trace = trace;
  options.inputs.assign(inputs.begin(), inputs.end());
  options.seed = seed;
  options.crash = crash;
  options.compile.emit = emit;
  options.compile.optLevel = optLevel;
  options.compile.cpus = cpus;
  options.compile.cpu = devices.empty() || is_contained(devices, "cpu");
  options.compile.cuda = cuda;
  options.compile.cudaArchs = cudaArchs;
  if (cuda)
    options.compile.ptxas = findPtxas();
  options.compile.triple = triple;
  options.compile.tag = tag;
  options.compile.soname = options.output == "-" ? "model.so" : sys::path::filename(options.output).str();
  options.compile.saveTemps = saveTemps;
  options.compile.debugInfo = debugInfo;
  options.compile.maxTensorBytes = maxTensorBytes;
  return {options, 0};
}
