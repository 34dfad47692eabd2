//===- Info.cpp - what a model says of itself -----------------------------===//

#include "tools/nnc-run/Info.h"

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <nlohmann/json.hpp>

using nlohmann::ordered_json;

/// body(element) for each of `array`.
template <typename Element, typename Body> static void forEach(const nnc_array &array, Body body) {
  for (uint32_t i = 0; i < array.count; ++i)
    body(*static_cast<const Element *>(nnc_array_at(array, i)));
}

static std::string typeName(nnc_dtype type) {
  return (type.code == NNC_DTYPE_FLOAT ? "f" : type.code == NNC_DTYPE_INT ? "i" : "?") + std::to_string(type.bits);
}

static ordered_json describeTensors(const nnc_array &array) {
  ordered_json list = ordered_json::array();
  forEach<nnc_tensor_info>(array, [&](const nnc_tensor_info &info) {
    ordered_json shape = ordered_json::array();
    forEach<int64_t>(info.shape, [&](int64_t extent) {
      if (extent < 0)
        shape.push_back("batch");
      else
        shape.push_back(extent);
    });
    list.push_back({{"name", info.name}, {"type", typeName(info.dtype)}, {"shape", shape}});
  });
  return list;
}

nnc_array cudaVariantsOf(const nnc_entry &entry) {
  bool isCovered = entry.size >= offsetof(nnc_entry, cuda_variants) + sizeof entry.cuda_variants;
  return isCovered ? entry.cuda_variants : nnc_array{nullptr, 0, 0};
}

static ordered_json describeSchedule(const nnc_cuda_schedule &schedule, const nnc_array &kernels) {
  ordered_json launches = ordered_json::array();
  forEach<nnc_cuda_launch>(schedule.launches, [&](const nnc_cuda_launch &launch) {
    auto *kernel = static_cast<const nnc_cuda_kernel *>(nnc_array_at(kernels, launch.kernel));
    launches.push_back({{"kernel", kernel->name},
                        {"rows", launch.rows},
                        {"rows_per_sample", launch.rows_per_sample},
                        {"rows_per_block", launch.rows_per_block},
                        {"grid_y", launch.grid_y},
                        {"arguments", launch.arguments.count}});
  });
  return {{"max_samples", schedule.max_samples}, {"launches", launches}};
}

static ordered_json describe(const nnc_cuda_variant &variant) {
  ordered_json images = ordered_json::array(), kernels = images, schedules = images;
  forEach<nnc_cuda_image>(variant.images, [&](const nnc_cuda_image &image) {
    images.push_back({{"kind", image.kind == NNC_CUDA_PTX ? "ptx" : "cubin"},
                      {"arch", image.arch},
                      {"ptx_version", image.ptx_version},
                      {"bytes", image.data_size}});
  });
  forEach<nnc_cuda_kernel>(variant.kernels, [&](const nnc_cuda_kernel &kernel) {
    kernels.push_back(
        {{"name", kernel.name}, {"threads", kernel.threads}, {"dynamic_shared_bytes", kernel.dynamic_shared_size}});
  });
  forEach<nnc_cuda_schedule>(variant.schedules, [&](const nnc_cuda_schedule &schedule) {
    schedules.push_back(describeSchedule(schedule, variant.kernels));
  });
  return {{"images", images},
          {"kernels", kernels},
          {"schedules", schedules},
          {"packed_bytes", variant.packed_size},
          {"workspace_bytes", variant.workspace_size},
          {"workspace_bytes_a_sample", variant.workspace_size_per_sample}};
}

static ordered_json describe(const nnc_model *model) {
  ordered_json entries = ordered_json::array();
  forEach<nnc_entry>(model->entries, [&](const nnc_entry &entry) {
    ordered_json variants = ordered_json::array();
    forEach<nnc_cpu_variant>(entry.cpu_variants, [&](const nnc_cpu_variant &variant) {
      variants.push_back({{"level", variant.level},
                          {"machine", variant.machine},
                          {"features", variant.features},
                          {"packed_bytes", variant.packed_size},
                          {"workspace_bytes", variant.shared_workspace_size},
                          {"workspace_bytes_a_part", variant.part_workspace_size}});
    });
    ordered_json cudaVariants = ordered_json::array();
    forEach<nnc_cuda_variant>(cudaVariantsOf(entry),
                              [&](const nnc_cuda_variant &variant) { cudaVariants.push_back(describe(variant)); });
    entries.push_back({{"name", entry.name},
                       {"inputs", describeTensors(entry.inputs)},
                       {"outputs", describeTensors(entry.outputs)},
                       {"flops_per_sample", entry.flops_per_sample},
                       {"cpu_variants", variants},
                       {"cuda_variants", cudaVariants}});
  });
  auto parse = [](const char *text) { return ordered_json::parse(text, nullptr, /*allow_exceptions=*/false); };
  return {{"name", model->name},
          {"compiler", model->compiler},
          {"abi_version", model->abi_version},
          {"options", parse(model->options)},
          {"target", parse(model->target)},
          {"embedded_weights_bytes", model->weights_size},
          {"entries", entries},
          {"parameters", describeTensors(model->parameters)}};
}

/// "  x              f32 [batch, 28, 28]"
static void printTensors(const char *title, const ordered_json &tensors) {
  std::printf("%s\n", title);
  for (const ordered_json &tensor : tensors) {
    std::string shape;
    for (const ordered_json &extent : tensor["shape"])
      shape += (shape.empty() ? "" : ", ") + (extent.is_string() ? extent.get<std::string>() : extent.dump());
    std::printf("  %-32s %s [%s]\n", tensor["name"].get<std::string>().c_str(),
                tensor["type"].get<std::string>().c_str(), shape.c_str());
  }
}

/// Images, sizes, and what is launched for how many samples.
static void printCudaVariant(const ordered_json &variant) {
  for (const ordered_json &image : variant["images"])
    std::printf("code for GPUs: %s sm_%s%s, %s bytes\n", image["kind"] == "ptx" ? "PTX for" : "binary for",
                image["arch"].dump().c_str(), image["kind"] == "ptx" ? " and newer" : "",
                image["bytes"].dump().c_str());
  std::printf("  %s bytes of packed weights, %s bytes of workspace and %s more for each sample\n",
              variant["packed_bytes"].dump().c_str(), variant["workspace_bytes"].dump().c_str(),
              variant["workspace_bytes_a_sample"].dump().c_str());
  for (const ordered_json &schedule : variant["schedules"]) {
    std::string launches;
    for (const ordered_json &launch : schedule["launches"])
      launches += (launches.empty() ? "" : ", ") + launch["kernel"].get<std::string>();
    bool isLast = schedule["max_samples"] == INT64_MAX;
    std::printf("  %s samples: %s\n", isLast ? "more" : ("up to " + schedule["max_samples"].dump()).c_str(),
                launches.c_str());
  }
}

void printInfo(const nnc_model *model, bool json) {
  ordered_json info = describe(model);
  if (json) {
    // Whatever the names of a foreign model are.
    std::printf("%s\n", info.dump(2, ' ', /*ensure_ascii=*/false, ordered_json::error_handler_t::replace).c_str());
    return;
  }
  std::printf("model %s, made by %s\n", model->name, model->compiler);
  std::printf("target %s, options %s\n", model->target, model->options);
  for (const ordered_json &entry : info["entries"]) {
    std::printf("%s: %s FLOPs a sample\n", entry["name"].get<std::string>().c_str(),
                entry["flops_per_sample"].dump().c_str());
    printTensors("inputs", entry["inputs"]);
    printTensors("outputs", entry["outputs"]);
    for (const ordered_json &variant : entry["cpu_variants"])
      std::printf("code for %s: %s bytes of packed weights, %s bytes of workspace and %s more for each part\n",
                  variant["level"].get<std::string>().c_str(), variant["packed_bytes"].dump().c_str(),
                  variant["workspace_bytes"].dump().c_str(), variant["workspace_bytes_a_part"].dump().c_str());
    for (const ordered_json &variant : entry["cuda_variants"])
      printCudaVariant(variant);
  }
  printTensors("parameters", info["parameters"]);
  if (model->weights)
    std::printf("weights are embedded, %llu bytes\n", static_cast<unsigned long long>(model->weights_size));
}
