//===- Compilation.cpp - the stages of a compilation, in order ------------===//

#include "compiler/Compilation.h"

#include "compiler/codegen/CudaTarget.h"
#include "compiler/codegen/MachineCode.h"
#include "compiler/codegen/ModelTable.h"
#include "compiler/codegen/Passes.h"
#include "compiler/codegen/nvptx/CheckLimits.h"
#include "compiler/codegen/nvptx/Ptx.h"
#include "compiler/frontend/ParseModel.h"
#include "compiler/linker/Linker.h"
#include "compiler/transforms/Passes.h"
#include "dialects/nn/Model.h"

#include "llvm/Config/llvm-config.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/Path.h"
#include "llvm/TargetParser/Host.h"
#include "llvm/TargetParser/Triple.h"
#include "llvm/Transforms/Utils/Cloning.h"

using namespace mlir;
using namespace nnc;

DiagnosticPrinter::DiagnosticPrinter(llvm::SourceMgr &sources, MLIRContext &context, llvm::raw_ostream &os)
    : printer(sources, &context, os), filter(&context, [&os](Diagnostic &diagnostic) {
        if (StringRef(diagnostic.str()).ends_with("failed to infer returned types"))
          return success();
        // What is not about a line of the model.
        if (!isa<UnknownLoc>(diagnostic.getLocation()))
          return failure();
        os << "nnc: " << (diagnostic.getSeverity() == DiagnosticSeverity::Warning ? "warning" : "error") << ": "
           << diagnostic << "\n";
        return success();
      }) {
  context.printOpOnDiagnostic(false);
}

Compilation::Compilation(MLIRContext &context, const CompileOptions &options, Configure configure,
                         llvm::raw_ostream *log)
    : context(context), options(options), configure(std::move(configure)), log(log) {
  if (this->options.triple.empty())
    this->options.triple = llvm::sys::getDefaultTargetTriple();
  // "aarch64-linux-gnu" leaves the vendor out.
  this->options.triple = llvm::Triple::normalize(this->options.triple);
  if (options.emit == Emit::Ptx)
    this->options.cuda = true, this->options.cpu = false;
}

LogicalResult Compilation::fail(CompileStatus newStatus, const Twine &message) {
  status = newStatus;
  return emitError(UnknownLoc::get(&context), message);
}

void Compilation::logStage(const Twine &what) {
  auto now = std::chrono::steady_clock::now();
  if (log)
    *log << llvm::format("%7.1f ms  ", std::chrono::duration<double, std::milli>(now - stageStart).count()) << what
         << "\n";
  stageStart = now;
}

LogicalResult Compilation::save(StringRef extension, StringRef bytes) {
  if (options.saveTemps.empty())
    return success();
  if (std::error_code error = llvm::sys::fs::create_directories(options.saveTemps))
    return fail(CompileStatus::System, "cannot make the directory '" + options.saveTemps + "': " + error.message());
  SmallString<128> path(options.saveTemps);
  llvm::sys::path::append(path, "model" + extension);
  std::error_code error;
  llvm::raw_fd_ostream os(path, error);
  os << bytes;
  os.flush();
  if (error || (error = os.error())) {
    os.clear_error();
    return fail(CompileStatus::System, "cannot write '" + path + "': " + error.message());
  }
  return success();
}

LogicalResult Compilation::runPasses(ModuleOp module, function_ref<void(OpPassManager &)> build) {
  PassManager pm(&context, ModuleOp::getOperationName());
  if (configure && failed(configure(pm)))
    return failure();
  build(pm);
  if (succeeded(pm.run(module)))
    return success();
  // A checked model goes through: what a pass refuses now is a mistake of an earlier one.
  status = CompileStatus::Internal;
  return failure();
}

OwningOpRef<ModuleOp> Compilation::parse(llvm::SourceMgr &sources) {
  frontend::FrontendOptions frontendOptions;
  frontendOptions.maxTensorBytes = options.maxTensorBytes;
  frontend::ParsedModel result = frontend::parseModel(sources, context, frontendOptions);
  status = result.status;
  logStage("parse and check");
  return std::move(result.module);
}

LogicalResult Compilation::fuse(ModuleOp module) {
  return runPasses(module, [](OpPassManager &pm) { transforms::buildFusePipeline(pm); });
}

static std::string print(ModuleOp module) {
  std::string text;
  llvm::raw_string_ostream os(text);
  module.print(os);
  os << "\n";
  return text;
}

bool Compilation::isLast(Emit stage, StringRef extension, function_ref<std::string()> make, std::string &output) {
  bool last = options.emit == stage;
  if (!last && options.saveTemps.empty())
    return false;
  output = make();
  return failed(save(extension, output)) || last;
}

LogicalResult Compilation::run(ModuleOp module, std::string &output) {
  auto text = [&] { return print(module); };
  if (isLast(Emit::NN, ".nn.mlir", text, output))
    return success(status == CompileStatus::Ok);
  if (failed(fuse(module)))
    return failure();
  logStage("fuse");
  if (isLast(Emit::Fused, ".fused.mlir", text, output))
    return success(status == CompileStatus::Ok);
  return generateCode(module, output);
}

/// What the table says of the compilation. The file name is left out: the same input gives the same bytes anywhere.
static codegen::TableOptions tableOptions(const CompileOptions &options, const codegen::ModelCode &code) {
  llvm::json::Array levels, gpus;
  for (const codegen::CpuVariant &variant : code.cpu)
    levels.push_back(variant.tuneCpu.empty() ? llvm::json::Value(llvm::json::Object{{"level", variant.level->name}})
                                             : llvm::json::Value(llvm::json::Object{{"level", variant.level->name},
                                                                                    {"tuned_for", variant.tuneCpu}}));
  for (const codegen::CudaImage &image : code.cudaImages)
    gpus.push_back((image.kind == NNC_CUDA_PTX ? "compute_" : "sm_") + std::to_string(image.arch));
  llvm::json::Object target{{"triple", options.triple}, {"cpus", std::move(levels)}};
  if (!gpus.empty())
    target["gpus"] = std::move(gpus);
  llvm::json::Value flags = llvm::json::Object{{"opt_level", options.optLevel}, {"debug_info", options.debugInfo}};
  codegen::TableOptions table;
  table.compiler = std::string("nnc ") + compilerVersion() + ", LLVM " LLVM_VERSION_STRING;
  table.target = llvm::formatv("{0}", llvm::json::Value(std::move(target)));
  table.options = llvm::formatv("{0}", flags);
  table.querySymbol = options.tag.empty() ? "nnc_model_query" : "nnc_model_query_" + options.tag;
  table.weights = options.weights;
  return table;
}

LogicalResult Compilation::fail(CompileStatus otherwise, llvm::Error error) {
  CompileStatus reason = otherwise;
  std::string message;
  llvm::handleAllErrors(std::move(error), [&](const llvm::StringError &info) {
    std::error_code code = info.convertToErrorCode();
    if (code == std::errc::not_supported)
      reason = CompileStatus::Unsupported;
    else if (code == std::errc::invalid_argument)
      reason = CompileStatus::Invalid;
    else if (code != llvm::inconvertibleErrorCode())
      reason = CompileStatus::System;
    message = info.getMessage();
  });
  return fail(reason, message);
}

LogicalResult Compilation::generateCode(ModuleOp module, std::string &output) {
  llvm::Triple triple(options.triple);
  if (options.emit == Emit::Library && !(triple.isOSLinux() && triple.isOSBinFormatELF()))
    return fail(CompileStatus::Unsupported,
                "shared libraries for '" + options.triple + "' are not supported yet; --emit=obj makes an object file");
  if (failed(checkTargets()))
    return failure();
  if (options.cuda && failed(codegen::checkCudaLimits(nn::getForward(module)))) {
    status = CompileStatus::Unsupported;
    return failure();
  }
  codegen::ModelDescription description = codegen::describeModel(nn::getForward(module));
  if (failed(lowerToLoops(module)))
    return failure();
  if (isLast(Emit::Loops, ".loops.mlir", [&] { return print(module); }, output))
    return success(status == CompileStatus::Ok);
  std::vector<codegen::CudaImage> images;
  if (options.cuda && (failed(compileKernels(module, images, output)) || options.emit == Emit::Ptx))
    return success(status == CompileStatus::Ok);
  return compileHost(module, description, std::move(images), output);
}

LogicalResult Compilation::checkTargets() {
  if (options.cpu)
    if (auto cpus = codegen::parseCpuTargets(options.cpus, options.triple); !cpus)
      return fail(CompileStatus::Invalid, cpus.takeError());
  if (!options.cuda)
    return success();
  if (auto archs = codegen::parseCudaArchs(options.cudaArchs); !archs)
    return fail(CompileStatus::Invalid, archs.takeError());
  // The host's half of GPU code.
  if (auto level = codegen::getPlainestLevel(options.triple); !level)
    return fail(CompileStatus::Unsupported, level.takeError());
  return success();
}

LogicalResult Compilation::lowerToLoops(ModuleOp module) {
  if (options.cuda) {
    codegen::NNToCudaKernelsOptions kernels;
    kernels.triple = options.triple;
    kernels.keepForward = options.cpu;
    if (failed(runPasses(module, [&](OpPassManager &pm) { pm.addPass(codegen::createNNToCudaKernels(kernels)); })))
      return failure();
    logStage("kernels for GPUs");
  }
  if (!options.cpu)
    return success();
  codegen::NNToCpuLoopsOptions loops;
  loops.cpus = options.cpus;
  loops.triple = options.triple;
  if (failed(runPasses(module, [&](OpPassManager &pm) { pm.addPass(codegen::createNNToCpuLoops(loops)); })))
    return failure();
  for (const codegen::CpuVariant &variant : codegen::getCpuVariants(module))
    logStage("loops for " + variant.level->name + (variant.tuneCpu.empty() ? "" : ", tuned for " + variant.tuneCpu));
  return success();
}

LogicalResult Compilation::compileKernels(ModuleOp module, std::vector<codegen::CudaImage> &images,
                                          std::string &output) {
  if (failed(runPasses(module, [](OpPassManager &pm) { codegen::buildCudaToNVVMPipeline(pm); })))
    return failure();
  auto kernels = *module.getOps<gpu::GPUModuleOp>().begin();
  auto ptx = codegen::emitPtx(kernels, options.optLevel);
  if (!ptx)
    return fail(CompileStatus::Internal, ptx.takeError());
  kernels.erase();
  logStage("generate " + Twine(ptx->size()) + " bytes of PTX");
  if (isLast(Emit::Ptx, ".ptx", [&] { return *ptx; }, output))
    return success(status == CompileStatus::Ok);

  std::vector<unsigned> archs = llvm::cantFail(codegen::parseCudaArchs(options.cudaArchs));
  if (!archs.empty() && options.ptxas.empty())
    emitWarning(UnknownLoc::get(&context),
                "no ptxas: the model carries PTX alone, which the driver compiles when it is "
                "first loaded; ptxas comes with NVIDIA's CUDA Toolkit");
  for (unsigned arch : options.ptxas.empty() ? std::vector<unsigned>() : archs) {
    auto cubin = codegen::assembleCubin(options.ptxas, *ptx, arch);
    if (!cubin)
      return fail(CompileStatus::System, cubin.takeError());
    std::string name = "sm_" + std::to_string(arch);
    logStage("assemble " + Twine(cubin->size()) + " bytes for " + name);
    if (failed(save("." + name + ".cubin", *cubin)))
      return failure();
    images.push_back({NNC_CUDA_CUBIN, arch, 0, std::move(*cubin)});
  }
  images.push_back({NNC_CUDA_PTX, codegen::ptxArch, codegen::ptxVersion, std::move(*ptx)});
  return success();
}

LogicalResult Compilation::compileHost(ModuleOp module, const codegen::ModelDescription &description,
                                       std::vector<codegen::CudaImage> images, std::string &output) {
  codegen::ModelCode code{codegen::getCpuVariants(module), codegen::getCudaVariant(module), std::move(images)};
  if (failed(runPasses(module, [&](OpPassManager &pm) { codegen::buildCpuToLLVMPipeline(pm, options.debugInfo); })))
    return failure();
  logStage("lower to the LLVM dialect");

  // The module's target is the plainest level; each function has its own.
  const codegen::CpuLevel &level =
      code.cpu.empty() ? *llvm::cantFail(codegen::getPlainestLevel(options.triple)) : *code.cpu.back().level;
  auto machine = codegen::makeTargetMachine(options.triple, level.llvmCpu, level.llvmFeatures, options.optLevel);
  if (!machine)
    return fail(CompileStatus::Unsupported, machine.takeError());
  llvm::LLVMContext llvmContext;
  auto llvmModule = codegen::translateToLLVMIR(module, llvmContext, **machine);
  if (!llvmModule)
    return fail(CompileStatus::Internal, llvmModule.takeError());
  codegen::TableOptions table = tableOptions(options, code);
  codegen::addModelTable(**llvmModule, description, code, table);
  codegen::optimize(**llvmModule, **machine, options.optLevel);
  logStage("optimise with LLVM's O" + Twine(options.optLevel));
  return emit(**llvmModule, **machine, table.querySymbol, output);
}

LogicalResult Compilation::emit(llvm::Module &module, llvm::TargetMachine &machine, const std::string &querySymbol,
                                std::string &output) {
  auto assemble = [&] {
    // Code generation changes the module, and the object is still to be made.
    auto copy = llvm::CloneModule(module);
    auto text = codegen::emitMachineCode(*copy, machine, llvm::CodeGenFileType::AssemblyFile);
    return std::string(text.begin(), text.end());
  };
  if (isLast(
          Emit::LLVM, ".ll", [&] { return std::string(llvm::formatv("{0}", module)); }, output) ||
      isLast(Emit::Assembly, ".s", assemble, output))
    return success(status == CompileStatus::Ok);

  auto object = codegen::emitMachineCode(module, machine, llvm::CodeGenFileType::ObjectFile);
  logStage("generate " + Twine(object.size()) + " bytes of object code");
  if (isLast(Emit::Object, ".o", [&] { return std::string(object.begin(), object.end()); }, output))
    return success(status == CompileStatus::Ok);

  linker::LinkOptions link{options.soname, querySymbol, options.debugInfo};
  auto library = linker::linkSharedLibrary(object, link);
  if (!library)
    return fail(CompileStatus::Internal, library.takeError());
  output.assign(library->begin(), library->end());
  logStage("link " + Twine(library->size()) + " bytes");
  return success();
}
