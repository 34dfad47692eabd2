//===- Info.cpp - what a model says of itself -----------------------------===//

#include "tools/nnc-run/Info.h"

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
    entries.push_back({{"name", entry.name},
                       {"inputs", describeTensors(entry.inputs)},
                       {"outputs", describeTensors(entry.outputs)},
                       {"flops_per_sample", entry.flops_per_sample},
                       {"cpu_variants", variants}});
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

void printInfo(const nnc_model *model, bool json) {
  ordered_json info = describe(model);
  if (json) {
    std::printf("%s\n", info.dump(2).c_str());
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
  }
  printTensors("parameters", info["parameters"]);
  if (model->weights)
    std::printf("weights are embedded, %llu bytes\n", static_cast<unsigned long long>(model->weights_size));
}
