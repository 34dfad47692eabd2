//===- Variant.cpp - a model's code for GPUs, checked ---------------------===//

#include "cuda/Variant.h"

#include "TableReading.h"

#include <cstring>
#include <optional>

using namespace nnc;
using namespace nnc::cuda;

// What CUDA's programming guide allows a launch since compute capability 3.0.
static constexpr uint32_t mostThreads = 1024, mostGridY = 65535;
/// No size is larger, so that the sums below do not overflow.
static constexpr uint64_t mostBytes = uint64_t(1) << 52;
static constexpr int64_t mostRows = int64_t(1) << 60;

std::string Image::str() const {
  std::string name = "sm_" + std::to_string(arch);
  return kind == NNC_CUDA_PTX ? "PTX for " + name + " and newer" : "a binary for " + name;
}

bool Image::fits(int deviceArch) const {
  if (kind == NNC_CUDA_PTX)
    return deviceArch >= arch;
  return deviceArch / 10 == arch / 10 && deviceArch >= arch;
}

namespace {

/// Reads one variant; every step is nothing, or what is wrong with it.
class Reader {
public:
  Reader(const nnc_cuda_variant &from, const EntryShape &entry, std::string where)
      : from(from), entry(entry), where(std::move(where)) {}

  Result<Variant> read() {
    if (!from.pack)
      return malformed(where + " has no pack");
    if (from.packed_size > mostBytes || from.workspace_size > mostBytes || from.workspace_size_per_sample > mostBytes)
      return malformed("sizes of " + where);
    to.packedSize = from.packed_size;
    to.workspaceSize = from.workspace_size;
    to.workspaceSizePerSample = from.workspace_size_per_sample;
    to.pack = from.pack;
    std::optional<Error> error = readEach<nnc_cuda_image>(from.images, "image", &Reader::readImage);
    if (!error)
      error = readEach<nnc_cuda_kernel>(from.kernels, "kernel", &Reader::readKernel);
    if (!error)
      error = readEach<nnc_cuda_schedule>(from.schedules, "schedule", &Reader::readSchedule);
    if (error)
      return *error;
    if (to.images.empty() || to.schedules.empty() || to.schedules.back().maxSamples != INT64_MAX)
      return malformed(where + (to.images.empty() ? " has no image" : " has no schedule for many samples"));
    return std::move(to);
  }

private:
  /// Calls the member `body` with each element; it returns whether the element is right.
  template <typename Element>
  std::optional<Error> readEach(const nnc_array &array, const std::string &what,
                                bool (Reader::*body)(const Element &)) {
    if (!isSound<Element>(array))
      return malformed(what + "s of " + where);
    for (uint32_t i = 0; i < array.count; ++i) {
      auto *element = elementAt<Element>(array, i);
      if (!isWhole(element) || !(this->*body)(*element))
        return malformed(what + " " + std::to_string(i) + " of " + where);
    }
    return std::nullopt;
  }

  bool readImage(const nnc_cuda_image &image) {
    auto *bytes = static_cast<const char *>(image.data);
    if (!bytes || image.arch < 10 || image.arch > 9999)
      return false;
    // The driver gets no size: text has to end, and a binary says itself how long it is.
    bool ends = image.data_size > 0 && bytes[image.data_size - 1] == '\0';
    bool isElf = image.data_size >= 64 && std::memcmp(bytes, "\177ELF", 4) == 0;
    if (image.kind == NNC_CUDA_PTX ? !ends : image.kind != NNC_CUDA_CUBIN || !isElf)
      return false;
    to.images.push_back({image.kind, static_cast<int>(image.arch), image.ptx_version, image.data});
    return true;
  }

  bool readKernel(const nnc_cuda_kernel &kernel) {
    if (!kernel.name || kernel.threads < 1 || kernel.threads > mostThreads || kernel.dynamic_shared_size > INT32_MAX)
      return false;
    to.kernels.push_back({kernel.name, kernel.threads, kernel.dynamic_shared_size});
    return true;
  }

  bool readSchedule(const nnc_cuda_schedule &schedule) {
    int64_t before = to.schedules.empty() ? 0 : to.schedules.back().maxSamples;
    if (schedule.max_samples <= before)
      return false;
    to.schedules.push_back({schedule.max_samples, {}});
    return !readEach<nnc_cuda_launch>(schedule.launches, "launch", &Reader::readLaunch);
  }

  bool readLaunch(const nnc_cuda_launch &launch) {
    if (launch.kernel >= to.kernels.size() || launch.rows < 0 || launch.rows > mostRows || launch.rows_per_sample < 0 ||
        launch.rows_per_sample > mostRows || launch.rows + launch.rows_per_sample == 0 || launch.rows_per_block < 1 ||
        launch.grid_y < 1 || launch.grid_y > mostGridY)
      return false;
    to.schedules.back().launches.push_back(
        {launch.kernel, launch.rows, launch.rows_per_sample, launch.rows_per_block, launch.grid_y, {}});
    return !readEach<nnc_cuda_argument>(launch.arguments, "argument", &Reader::readArgument);
  }

  bool readArgument(const nnc_cuda_argument &argument) {
    to.schedules.back().launches.back().arguments.push_back(
        {argument.kind, argument.index, argument.offset, argument.scale});
    switch (argument.kind) {
    case NNC_CUDA_INPUT:
      return argument.index < entry.inputCount;
    case NNC_CUDA_OUTPUT:
      return argument.index < entry.outputCount;
    case NNC_CUDA_PACKED:
      return argument.offset >= 0 && static_cast<uint64_t>(argument.offset) <= from.packed_size;
    case NNC_CUDA_WORKSPACE:
      return isInWorkspace(argument);
    case NNC_CUDA_COUNT:
      return true;
    default:
      return false;
    }
  }

  /// Whether it is for the least capacity, and grows no faster than the workspace.
  bool isInWorkspace(const nnc_cuda_argument &argument) const {
    if (argument.offset < 0 || argument.scale < 0)
      return false;
    uint64_t capacity = entry.open ? NNC_CUDA_CAPACITY_STEP : 1;
    uint64_t offset = static_cast<uint64_t>(argument.offset), scale = static_cast<uint64_t>(argument.scale);
    return offset <= mostBytes && scale <= from.workspace_size_per_sample &&
           offset + scale * capacity <= from.workspace_size + from.workspace_size_per_sample * capacity;
  }

  const nnc_cuda_variant &from;
  const EntryShape &entry;
  std::string where;
  Variant to;
};

} // namespace

Result<std::vector<Variant>> nnc::cuda::readVariants(const nnc_array &variants, const EntryShape &entry) {
  if (!isSound<nnc_cuda_variant>(variants))
    return malformed("its GPU variants");
  std::vector<Variant> result;
  for (uint32_t i = 0; i < variants.count; ++i) {
    auto *variant = elementAt<nnc_cuda_variant>(variants, i);
    std::string where = "GPU variant " + std::to_string(i);
    if (!isWhole(variant))
      return malformed(where);
    Result<Variant> read = Reader(*variant, entry, where).read();
    if (!read)
      return read.error();
    result.push_back(std::move(*read));
  }
  return result;
}
