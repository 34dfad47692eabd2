//===- Safetensors.cpp - tensors by name in a file ------------------------===//

#include "nnc/Safetensors.h"

#include "File.h"
#include "SafetensorsHeader.h"
#include "WidenFloat.h"

#include <algorithm>
#include <cstring>

using namespace nnc;

/// As other readers have it.
static constexpr uint64_t maxHeaderBytes = 100'000'000;

/// Bits of an element of the format's types, 0 for an unknown one.
static unsigned bitsOf(std::string_view dtype) {
  static constexpr std::pair<std::string_view, unsigned> types[] = {
      {"BOOL", 8}, {"U8", 8},   {"I8", 8},    {"F8_E5M2", 8}, {"F8_E4M3", 8}, {"F8_E8M0", 8}, {"I16", 16},
      {"U16", 16}, {"F16", 16}, {"BF16", 16}, {"I32", 32},    {"U32", 32},    {"F32", 32},    {"C64", 64},
      {"F64", 64}, {"I64", 64}, {"U64", 64},  {"F4", 4},      {"F6_E2M3", 6}, {"F6_E3M2", 6}};
  for (auto [name, bits] : types)
    if (name == dtype)
      return bits;
  return 0;
}

bool Safetensors::isLoadable(std::string_view dtype) { return dtype == "F32" || dtype == "F16" || dtype == "BF16"; }

/// Whether the bytes of `entry` are just those of its type and shape.
static bool fits(const Safetensors::Entry &entry) {
  uint64_t bits = bitsOf(entry.dtype);
  for (int64_t extent : entry.shape)
    if (__builtin_mul_overflow(bits, static_cast<uint64_t>(extent), &bits))
      return false;
  return bits % 8 == 0 && bits / 8 == entry.end - entry.begin;
}

/// What is wrong with where the tensors are in `size` bytes of data, or "".
static std::string checkPlaces(const std::map<std::string, Safetensors::Entry> &entries, size_t size) {
  std::vector<std::pair<const Safetensors::Entry *, const std::string *>> ordered;
  for (const auto &[name, entry] : entries) {
    if (bitsOf(entry.dtype) == 0)
      return "tensor \"" + name + "\" has the unknown type " + entry.dtype;
    if (!fits(entry))
      return "tensor \"" + name + "\" has " + std::to_string(entry.end - entry.begin) + " bytes, which " + entry.dtype +
             " " + toString(entry.shape) + " does not take";
    ordered.push_back({&entry, &name});
  }
  std::sort(ordered.begin(), ordered.end(), [](const auto &a, const auto &b) {
    return std::pair(a.first->begin, a.first->end) < std::pair(b.first->begin, b.first->end);
  });
  size_t end = 0;
  for (const auto &[entry, name] : ordered) {
    if (entry->begin != end)
      return "tensor \"" + *name + "\" begins at byte " + std::to_string(entry->begin) +
             " of the data, the one before it ends at " + std::to_string(end);
    end = entry->end;
  }
  if (end != size)
    return "its header speaks of " + std::to_string(end) + " bytes of data, there are " + std::to_string(size);
  return "";
}

Result<Safetensors> Safetensors::parseOwned(std::string bytes, const std::string &what) {
  auto fail = [&](const std::string &reason) {
    return Error(StatusCode::Invalid, "'" + what + "' is not a valid .safetensors file: " + reason);
  };
  if (bytes.size() < 8)
    return fail("it has " + std::to_string(bytes.size()) + " bytes");
  uint64_t length = 0;
  for (int i = 7; i >= 0; --i)
    length = length << 8 | static_cast<unsigned char>(bytes[static_cast<size_t>(i)]);
  if (length > maxHeaderBytes && bytes.compare(0, 4, "PK\x03\x04") == 0)
    return fail(
        "it is a zip archive, as torch.save writes; safetensors.torch.save_file(model.state_dict(), FILE) writes "
        "the right kind");
  if (length > maxHeaderBytes)
    return fail("it begins with the header length " + std::to_string(length) + ", more than 100 MB");
  if (length > bytes.size() - 8)
    return fail("its header has " + std::to_string(length) + " bytes, the file " + std::to_string(bytes.size()));
  Safetensors file;
  std::string reason = parseSafetensorsHeader(std::string_view(bytes).substr(8, length), file.tensors);
  if (reason.empty())
    reason = checkPlaces(file.tensors, bytes.size() - 8 - length);
  if (!reason.empty())
    return fail(reason);
  file.bytes = std::move(bytes);
  file.dataStart = 8 + length;
  file.source = what;
  return file;
}

Result<Safetensors> Safetensors::parse(std::string_view bytes, const std::string &what) {
  return parseOwned(std::string(bytes), what);
}

Result<Safetensors> Safetensors::read(const std::string &path) {
  Result<std::string> bytes = readFile(path);
  if (!bytes)
    return bytes.error();
  return parseOwned(std::move(*bytes), path);
}

Result<Tensor> Safetensors::loadF32(const std::string &name) const {
  auto found = tensors.find(name);
  if (found == tensors.end())
    return Error(StatusCode::Invalid, "'" + source + "' has no tensor \"" + name + "\"");
  const Entry &entry = found->second;
  if (!isLoadable(entry.dtype))
    return Error(StatusCode::Invalid,
                 "tensor \"" + name + "\" of '" + source + "' is " + entry.dtype + "; F32, F16 and BF16 can be loaded");
  Tensor tensor(entry.shape);
  float *to = tensor.data<float>();
  const char *from = bytes.data() + dataStart + entry.begin;
  size_t count = static_cast<size_t>(tensor.numel());
  if (entry.dtype == "F32") {
    std::memcpy(to, from, count * sizeof(float));
    return tensor;
  }
  auto *widen = entry.dtype == "F16" ? widenF16 : widenBF16;
  for (size_t i = 0; i < count; ++i) {
    uint16_t half;
    std::memcpy(&half, from + 2 * i, sizeof half);
    to[i] = widen(half);
  }
  return tensor;
}

/// `text` as a JSON string.
static std::string quote(const std::string &text) {
  std::string quoted = "\"";
  for (char c : text) {
    char buffer[8];
    if (c == '"' || c == '\\') {
      quoted += '\\';
      quoted += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      std::snprintf(buffer, sizeof buffer, "\\u%04x", c);
      quoted += buffer;
    } else {
      quoted += c;
    }
  }
  return quoted + "\"";
}

std::optional<Error> nnc::writeSafetensors(const std::string &path,
                                           const std::vector<std::pair<std::string, const Tensor *>> &tensors) {
  std::string header = "{", data;
  for (const auto &[name, tensor] : tensors) {
    Result<Tensor> onHost = tensor->tryTo(Device());
    if (!onHost)
      return onHost.error();
    if (header.size() > 1)
      header += ",";
    header += quote(name) + ":{\"dtype\":\"" + (tensor->dtype() == DType::F32 ? "F32" : "I64") +
              "\",\"shape\":" + toString(tensor->shape()) + ",\"data_offsets\":[" + std::to_string(data.size()) + ",";
    data.append(static_cast<const char *>(std::as_const(*onHost).rawData()), tensor->sizeBytes());
    header += std::to_string(data.size()) + "]}";
  }
  header += "}";
  // The data begins at a multiple of eight; spaces are part of the header.
  header.resize((header.size() + 7) / 8 * 8, ' ');
  std::string length(8, '\0');
  for (size_t i = 0; i < 8; ++i)
    length[i] = static_cast<char>(header.size() >> (8 * i));
  return writeFile(path, {length, header, data});
}
