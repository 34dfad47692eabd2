//===- Loading.cpp - how fast a model is loaded ---------------------------===//

#include "tools/nnc-bench/Loading.h"

#include "tools/common/LargeMemory.h"

#include "nnc/Weights.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <functional>

using namespace nnc;
using Clock = std::chrono::steady_clock;

static double secondsOf(const std::function<void()> &work) {
  Clock::time_point start = Clock::now();
  work();
  return std::chrono::duration<double>(Clock::now() - start).count();
}

static double medianOf(std::vector<double> values) {
  auto middle = values.begin() + static_cast<long>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

/// The code that `model` runs.
static const nnc_cpu_variant *findVariant(const Model &model) {
  auto *entry = static_cast<const nnc_entry *>(nnc_array_at(model.table()->entries, 0));
  for (uint32_t i = 0; i < entry->cpu_variants.count; ++i) {
    auto *variant = static_cast<const nnc_cpu_variant *>(nnc_array_at(entry->cpu_variants, i));
    if (variant->level == model.level())
      return variant;
  }
  return nullptr;
}

static Result<std::vector<Tensor>> readParameters(const Model &model, const std::string &weights) {
  const nnc_model *table = model.table();
  if (weights.empty() && !table->weights)
    return std::vector<Tensor>();
  Result<Safetensors> file =
      weights.empty() ? Safetensors::parse({static_cast<const char *>(table->weights), table->weights_size}, "weights")
                      : Safetensors::read(weights);
  return file ? loadParameters(*file, model.name(), model.parameters()) : file.error();
}

/// Packs and copies the parameters in turns.
static void measurePack(const nnc_cpu_variant &variant, const std::vector<Tensor> &parameters, Loading &loading) {
  std::vector<const void *> pointers;
  size_t bytes = 0;
  for (const Tensor &parameter : parameters) {
    pointers.push_back(parameter.rawData());
    bytes += parameter.sizeBytes();
  }
  LargeMemory packed = allocateLarge(variant.packed_size), copied = allocateLarge(bytes);
  auto pack = [&] { variant.pack(pointers.data(), packed.get()); };
  auto copy = [&] {
    char *to = copied.get();
    for (const Tensor &parameter : parameters) {
      std::memcpy(to, parameter.rawData(), parameter.sizeBytes());
      to += parameter.sizeBytes();
    }
    __asm__ volatile("" : : "r"(copied.get()) : "memory"); // somebody reads it
  };
  constexpr double enough = 0.05;
  constexpr size_t least = 5;
  std::vector<double> packs, copies;
  pack();
  copy();
  for (double spent = 0; spent < enough || packs.size() < least; spent += packs.back() + copies.back()) {
    packs.push_back(secondsOf(pack));
    copies.push_back(secondsOf(copy));
  }
  loading.packGbps = static_cast<double>(bytes) / medianOf(packs) / 1e9;
  loading.copyGbps = static_cast<double>(bytes) / medianOf(copies) / 1e9;
}

Result<Loading> measureLoading(const Model &model, const std::string &path, const std::string &weights) {
  Loading loading;
  constexpr double enough = 0.1;
  std::vector<double> loads;
  for (double spent = 0; spent < enough; spent += loads.back()) {
    std::optional<Error> error;
    loads.push_back(secondsOf([&] {
      if (Result<Model> again = Model::tryLoad(path, weights, "cpu"); !again)
        error = again.error();
    }));
    if (error)
      return *error;
  }
  loading.loadUs = medianOf(loads) * 1e6;
  const nnc_cpu_variant *variant = findVariant(model);
  Result<std::vector<Tensor>> parameters = readParameters(model, weights);
  if (!parameters)
    return parameters.error();
  if (!variant || parameters->empty())
    return loading;
  loading.packedBytes = static_cast<double>(variant->packed_size);
  measurePack(*variant, *parameters, loading);
  return loading;
}

void print(const Loading &loading) {
  std::printf("loaded in %.0f us", loading.loadUs);
  if (loading.packGbps > 0)
    std::printf(", %.0f bytes packed at %.1f GB/s, %.0f%% of the %.1f GB/s of a copy", loading.packedBytes,
                loading.packGbps, 100 * loading.packGbps / loading.copyGbps, loading.copyGbps);
  std::printf("\n");
}
