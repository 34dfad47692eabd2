//===- Npy.cpp - one tensor in a file -------------------------------------===//

#include "nnc/Npy.h"

#include "File.h"

#include <cctype>
#include <cstring>

using namespace nnc;

static constexpr std::string_view magic("\x93NUMPY", 6);

namespace {

/// Reads the header's Python dictionary: {'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }
class HeaderReader {
public:
  explicit HeaderReader(std::string_view text) : rest(text) {}

  std::string descr;
  bool fortranOrder = false;
  Shape shape;

  bool read() {
    bool hasDescr = false, hasOrder = false, hasShape = false;
    if (!take('{'))
      return false;
    while (!take('}')) {
      std::string key;
      if (!takeString(key) || !take(':'))
        return false;
      if (key == "descr" && !hasDescr)
        hasDescr = takeString(descr);
      else if (key == "fortran_order" && !hasOrder)
        hasOrder = takeBool(fortranOrder);
      else if (key == "shape" && !hasShape)
        hasShape = takeShape();
      else
        return false;
      take(',');
    }
    skipSpace();
    return hasDescr && hasOrder && hasShape && rest.empty();
  }

private:
  void skipSpace() {
    while (!rest.empty() && std::isspace(static_cast<unsigned char>(rest.front())))
      rest.remove_prefix(1);
  }

  bool take(char c) {
    skipSpace();
    if (rest.empty() || rest.front() != c)
      return false;
    rest.remove_prefix(1);
    return true;
  }

  bool takeString(std::string &text) {
    skipSpace();
    char quote = rest.empty() ? '\0' : rest.front();
    if (quote != '\'' && quote != '"')
      return false;
    size_t end = rest.find(quote, 1);
    if (end == std::string_view::npos)
      return false;
    text = rest.substr(1, end - 1);
    rest.remove_prefix(end + 1);
    return true;
  }

  bool takeBool(bool &value) {
    skipSpace();
    for (auto [word, meaning] : {std::pair<std::string_view, bool>("True", true), {"False", false}})
      if (rest.substr(0, word.size()) == word) {
        rest.remove_prefix(word.size());
        value = meaning;
        return true;
      }
    return false;
  }

  bool takeShape() {
    if (!take('('))
      return false;
    while (!take(')')) {
      skipSpace();
      int64_t extent = 0;
      size_t digits = 0;
      for (; digits < rest.size() && std::isdigit(static_cast<unsigned char>(rest[digits])); ++digits)
        if (__builtin_mul_overflow(extent, 10, &extent) || __builtin_add_overflow(extent, rest[digits] - '0', &extent))
          return false;
      if (digits == 0)
        return false;
      rest.remove_prefix(digits);
      shape.push_back(extent);
      take(',');
    }
    return true;
  }

  std::string_view rest;
};

} // namespace

Result<Tensor> nnc::readNpy(const std::string &path) {
  Result<std::string> file = readFile(path);
  if (!file)
    return file.error();
  auto fail = [&](const std::string &reason) {
    return Error(StatusCode::Invalid, "'" + path + "' cannot be read as a .npy file: " + reason);
  };
  std::string_view bytes = *file;
  if (bytes.substr(0, magic.size()) != magic)
    return fail("it does not begin as one");
  if (bytes.size() < 12)
    return fail("it ends within its header");
  auto byte = [&](size_t i) { return static_cast<size_t>(static_cast<unsigned char>(bytes[i])); };
  size_t version = byte(6), lengthBytes = version == 1 ? 2 : 4, start = 8 + lengthBytes;
  if (version < 1 || version > 3)
    return fail("its format version is " + std::to_string(version) + ", 1 to 3 are known");
  size_t length = 0;
  for (size_t i = lengthBytes; i-- > 0;)
    length = length << 8 | byte(8 + i);
  if (length > bytes.size() - start)
    return fail("it ends within its header");
  HeaderReader header(bytes.substr(start, length));
  if (!header.read())
    return fail("its header is not of the format's form");
  if (header.descr != "<f4" && header.descr != "<i8")
    return fail("its elements are '" + header.descr + "'; '<f4' (float32) and '<i8' (int64) are supported");
  if (header.fortranOrder)
    return fail("its elements are in Fortran order; numpy.ascontiguousarray gives them in C order");

  DType type = header.descr == "<f4" ? DType::F32 : DType::I64;
  std::string_view data = bytes.substr(start + length);
  uint64_t size = sizeOf(type);
  for (int64_t extent : header.shape)
    if (__builtin_mul_overflow(size, static_cast<uint64_t>(extent), &size))
      return fail("its shape " + toString(header.shape) + " has more bytes than 64 bits count");
  if (size != data.size())
    return fail("its shape " + toString(header.shape) + " takes " + std::to_string(size) + " bytes, there are " +
                std::to_string(data.size()));
  Tensor tensor(header.shape, type);
  if (size > 0)
    std::memcpy(tensor.rawData(), data.data(), data.size());
  return tensor;
}

std::optional<Error> nnc::writeNpy(const std::string &path, const Tensor &tensor) {
  Result<Tensor> onHost = tensor.tryTo(Device());
  if (!onHost)
    return onHost.error();
  std::string shape;
  for (int64_t extent : tensor.shape())
    shape += std::to_string(extent) + (tensor.dim() == 1 ? "," : ", ");
  if (tensor.dim() > 1)
    shape.resize(shape.size() - 2);
  std::string header = std::string("{'descr': '") + (tensor.dtype() == DType::F32 ? "<f4" : "<i8") +
                       "', 'fortran_order': False, 'shape': (" + shape + "), }";
  // Magic, version, length and header take a multiple of 64 bytes and end with a new line.
  size_t total = (10 + header.size() + 1 + 63) / 64 * 64;
  header.resize(total - 10 - 1, ' ');
  header += '\n';
  std::string start(magic);
  start += {'\x01', '\x00', static_cast<char>(header.size() & 0xff), static_cast<char>(header.size() >> 8)};
  std::string_view data(static_cast<const char *>(std::as_const(*onHost).rawData()), tensor.sizeBytes());
  return writeFile(path, {start, header, data});
}
