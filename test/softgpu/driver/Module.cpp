//===- Module.cpp - modules and functions ---------------------------------===//

#include "Driver.h"

#include <algorithm>
#include <cstring>

using namespace softgpu;

namespace {

/// The buffers that cuModuleLoadDataEx writes what went wrong into.
struct ErrorLog {
  char *text = nullptr;
  size_t bytes = 0;
};

void placeVariables(Driver &driver, LoadedModule &loaded) {
  for (Variable &var : loaded.ptx->variables) {
    if ((var.space != Space::Global && var.space != Space::Const) || var.isExtern)
      continue;
    Allocation &allocation = driver.machine.memory.allocate(std::max<size_t>(var.sizeBytes, 1),
                                                            AllocationKind::ModuleGlobal, loaded.context);
    var.address = allocation.region.base;
    // Without an initialiser these variables are zero.
    std::memset(allocation.region.data, 0, var.sizeBytes);
    std::copy(var.initial.begin(), var.initial.end(), allocation.region.data);
    allocation.region.mark(0, var.sizeBytes, Written);
    allocation.region.readOnly = var.space == Space::Const;
  }
}

void relocate(Driver &driver, LoadedModule &loaded) {
  for (Variable &var : loaded.ptx->variables)
    for (const Relocation &relocation : var.relocations) {
      auto found = loaded.ptx->names.find(relocation.name);
      if (found == loaded.ptx->names.end() || !found->second->address)
        throw PtxError(0, "'" + var.name + "' refers to '" + relocation.name + "', which has no address");
      uint64_t value = found->second->address + relocation.addend;
      Region &region = driver.machine.memory.find(var.address)->region;
      std::memcpy(region.data + relocation.offset, &value, relocation.bytes);
    }
}

void decodeFunctions(LoadedModule &loaded) {
  for (auto &[name, function] : loaded.ptx->functions) {
    if (!function->hasBody)
      continue;
    // A function that no kernel calls is decoded too: what is unknown in it is an error of the module.
    auto program = decodeProgram(*loaded.ptx, *function);
    if (!function->isEntry)
      continue;
    LoadedFunction &kernel = loaded.functions[name];
    kernel.owner = &loaded;
    kernel.program = std::move(program);
  }
}

CUresult load(Driver &driver, LoadedModule **handle, const void *image, const ErrorLog &log) {
  if (!handle || !image)
    return CUDA_ERROR_INVALID_VALUE;
  auto *bytes = static_cast<const unsigned char *>(image);
  bool isElf = bytes[0] == 0x7f && bytes[1] == 'E' && bytes[2] == 'L' && bytes[3] == 'F';
  bool isFatBinary = bytes[0] == 0x50 && bytes[1] == 0xed && bytes[2] == 0x55 && bytes[3] == 0xba;
  if (isElf || isFatBinary)
    return CUDA_ERROR_NO_BINARY_FOR_GPU;
  auto loaded = std::make_unique<LoadedModule>();
  loaded->context = driver.current();
  auto refuse = [&](CUresult result, const std::string &message) {
    if (log.text && log.bytes) {
      size_t count = std::min(log.bytes - 1, message.size());
      std::memcpy(log.text, message.data(), count);
      log.text[count] = '\0';
    }
    for (Variable &var : loaded->ptx ? loaded->ptx->variables : std::deque<Variable>())
      if (var.address)
        driver.machine.memory.release(var.address);
    return driver.fail(result, message);
  };
  try {
    loaded->ptx = parseModule(static_cast<const char *>(image));
    // Each driver knows the PTX of its release: 8.0 came with 12.0, 7.0 with 11.0, 6.0 with 9.0.
    int driverVersion = driver.settings["SOFTGPU_DRIVER"];
    int known = driverVersion >= 13000  ? 90 + driverVersion % 1000 / 10
                : driverVersion >= 9000 ? (driverVersion / 1000 - 4) * 10 + driverVersion % 1000 / 10
                                        : 50;
    if (driverVersion >= 10000 && driverVersion < 11000)
      known = 63 + driverVersion % 1000 / 10;
    if (static_cast<int>(loaded->ptx->version) > known)
      return refuse(CUDA_ERROR_UNSUPPORTED_PTX_VERSION, "PTX version " + std::to_string(loaded->ptx->version / 10) +
                                                            "." + std::to_string(loaded->ptx->version % 10) +
                                                            " is newer than the driver");
    if (static_cast<int64_t>(loaded->ptx->target) > driver.settings["SOFTGPU_CAPABILITY"])
      return refuse(CUDA_ERROR_NO_BINARY_FOR_GPU, "PTX for sm_" + std::to_string(loaded->ptx->target) +
                                                      " on a device of " +
                                                      std::to_string(driver.settings["SOFTGPU_CAPABILITY"]));
    placeVariables(driver, *loaded);
    relocate(driver, *loaded);
    decodeFunctions(*loaded);
  } catch (const PtxError &error) {
    return refuse(CUDA_ERROR_INVALID_PTX, "PTX line " + std::to_string(error.line) + ": " + error.what());
  }
  *handle = driver.modules.add(std::move(loaded));
  return CUDA_SUCCESS;
}

} // namespace

SOFTGPU_API cuModuleLoadData(LoadedModule **module, const void *image) {
  SOFTGPU_ENTER_UNSAFE(cuModuleLoadData);
  return load(driver, module, image, {});
}

SOFTGPU_API cuModuleLoadDataEx(LoadedModule **module, const void *image, unsigned count, const int *options,
                               void **values) {
  SOFTGPU_ENTER_UNSAFE(cuModuleLoadDataEx);
  ErrorLog log;
  for (unsigned i = 0; i < count; ++i) {
    if (options[i] == 3 && values[i] && static_cast<char *>(values[i])) // CU_JIT_INFO_LOG_BUFFER: nothing to say
      *static_cast<char *>(values[i]) = '\0';
    if (options[i] == 5)
      log.text = static_cast<char *>(values[i]);
    if (options[i] == 6)
      log.bytes = reinterpret_cast<size_t>(values[i]) & 0xffffffff;
  }
  return load(driver, module, image, log);
}

SOFTGPU_API cuModuleUnload(LoadedModule *module) {
  SOFTGPU_ENTER_UNSAFE(cuModuleUnload);
  if (!driver.modules.has(module))
    return CUDA_ERROR_INVALID_HANDLE;
  CUresult result = driver.runAll(module->context);
  for (Variable &var : module->ptx->variables)
    if (var.address)
      driver.machine.memory.release(var.address);
  driver.modules.remove(module);
  return result;
}

SOFTGPU_API cuModuleGetFunction(LoadedFunction **function, LoadedModule *module, const char *name) {
  SOFTGPU_ENTER(cuModuleGetFunction);
  if (!driver.modules.has(module))
    return CUDA_ERROR_INVALID_HANDLE;
  auto found = module->functions.find(name);
  if (found == module->functions.end())
    return CUDA_ERROR_NOT_FOUND;
  *function = &found->second;
  return CUDA_SUCCESS;
}

SOFTGPU_API cuModuleGetGlobal_v2(CUdeviceptr *pointer, size_t *bytes, LoadedModule *module, const char *name) {
  SOFTGPU_ENTER(cuModuleGetGlobal_v2);
  if (!driver.modules.has(module))
    return CUDA_ERROR_INVALID_HANDLE;
  auto found = module->ptx->names.find(name);
  if (found == module->ptx->names.end() || !found->second->address)
    return CUDA_ERROR_NOT_FOUND;
  if (pointer)
    *pointer = found->second->address;
  if (bytes)
    *bytes = found->second->sizeBytes;
  return CUDA_SUCCESS;
}

SOFTGPU_API cuFuncSetAttribute(LoadedFunction *function, int attribute, int value) {
  SOFTGPU_ENTER(cuFuncSetAttribute);
  if (attribute == 8) { // dynamic shared memory
    if (value < 0 || value + function->program->staticSharedBytes > 166912)
      return CUDA_ERROR_INVALID_VALUE;
    function->dynamicSharedLimit = value;
    return CUDA_SUCCESS;
  }
  return attribute == 9 ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE; // 9: the preferred carve-out
}

SOFTGPU_API cuFuncGetAttribute(int *value, int attribute, LoadedFunction *function) {
  SOFTGPU_ENTER(cuFuncGetAttribute);
  const Program &program = *function->program;
  const std::array<unsigned, 3> &limit = program.entry->maxThreads;
  switch (attribute) {
  case 0:
    *value = limit[0] ? limit[0] * limit[1] * limit[2] : 1024;
    break;
  case 1:
    *value = program.staticSharedBytes;
    break;
  case 2:
    *value = 0;
    break; // constant memory
  case 3:
    *value = program.functions[0].localBytes;
    break;
  case 4:
    *value = 64;
    break; // registers: the software GPU does not allocate them
  case 5:
  case 6:
    *value = program.entry ? 80 : 0;
    break;
  case 8:
    *value = function->dynamicSharedLimit;
    break;
  default:
    return CUDA_ERROR_INVALID_VALUE;
  }
  return CUDA_SUCCESS;
}
