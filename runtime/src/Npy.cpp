//===- Npy.cpp - one tensor in a file -------------------------------------===//

#include "nnc/Npy.h"

#include "File.h"

#include <cassert>
#include <cctype>

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

//===----------------------------------------------------------------------===//
// Reading
//===----------------------------------------------------------------------===//

struct NpyReader::State {
  std::string path;
  InputFile file;
  Shape shape = {};
  DType type = DType::F32;
  uint64_t size = 0; ///< bytes of the elements
  uint64_t done = 0; ///< bytes of them that were read

  Error error(const std::string &reason) const {
    return Error(StatusCode::Invalid, "'" + path + "' cannot be read as a .npy file: " + reason);
  }
  Error wrongSize(const std::string &found) const {
    return error("its shape " + nnc::toString(shape) + " takes " + std::to_string(size) + " bytes, there are " + found);
  }
  /// Fills the fields from the file's header.
  std::optional<Error> readHeader();
};

std::optional<Error> NpyReader::State::readHeader() {
  constexpr size_t lengthStart = magic.size() + 2;
  Result<std::string> start = file.readString(lengthStart);
  if (!start)
    return start.error();
  if (start->substr(0, magic.size()) != magic)
    return error(start->substr(0, 2) == "PK" ? "it is an archive of them; numpy.save writes one, numpy.savez several"
                                             : "it does not begin as one");
  if (start->size() < lengthStart)
    return error("it ends within its header");
  int version = static_cast<unsigned char>((*start)[magic.size()]);
  if (version < 1 || version > 3)
    return error("its format version is " + std::to_string(version) + ", 1 to 3 are known");
  size_t lengthBytes = version == 1 ? 2 : 4, length = 0;
  Result<std::string> encoded = file.readString(lengthBytes);
  if (!encoded)
    return encoded.error();
  for (size_t i = encoded->size(); i-- > 0;)
    length = length << 8 | static_cast<unsigned char>((*encoded)[i]);
  Result<std::string> text = file.readString(length);
  if (!text)
    return text.error();
  if (encoded->size() < lengthBytes || text->size() < length)
    return error("it ends within its header");

  HeaderReader header(*text);
  if (!header.read())
    return error("its header is not of the format's form");
  if (header.descr != "<f4" && header.descr != "<i8")
    return error("its elements are '" + header.descr + "'; '<f4' (float32) and '<i8' (int64) are supported");
  if (header.fortranOrder)
    return error("its elements are in Fortran order; numpy.ascontiguousarray gives them in C order");
  type = header.descr == "<f4" ? DType::F32 : DType::I64;
  shape = header.shape;
  size = sizeOf(type);
  for (int64_t extent : shape)
    if (__builtin_mul_overflow(size, static_cast<uint64_t>(extent), &size))
      return error("its shape " + nnc::toString(shape) + " has more bytes than 64 bits count");
  uint64_t headerBytes = lengthStart + lengthBytes + length;
  if (file.size() && *file.size() - headerBytes != size)
    return wrongSize(std::to_string(*file.size() - headerBytes));
  return std::nullopt;
}

NpyReader::NpyReader(std::unique_ptr<State> state) : state(std::move(state)) {}
NpyReader::NpyReader(NpyReader &&) noexcept = default;
NpyReader::~NpyReader() = default;

Result<NpyReader> NpyReader::open(const std::string &path) {
  Result<InputFile> file = InputFile::open(path);
  if (!file)
    return file.error();
  auto state = std::make_unique<State>(State{path, std::move(*file)});
  if (std::optional<Error> error = state->readHeader())
    return *error;
  return NpyReader(std::move(state));
}

const Shape &NpyReader::shape() const { return state->shape; }
DType NpyReader::dtype() const { return state->type; }

std::optional<Error> NpyReader::read(void *elements, size_t bytes) {
  assert(bytes <= state->size - state->done && "no more is read than there is");
  Result<size_t> count = state->file.read(elements, bytes);
  if (!count)
    return count.error();
  state->done += *count;
  if (*count < bytes)
    return state->wrongSize(std::to_string(state->done));
  if (state->done < state->size)
    return std::nullopt;
  char further;
  count = state->file.read(&further, 1);
  if (!count)
    return count.error();
  return *count == 0 ? std::nullopt : std::optional<Error>(state->wrongSize("more"));
}

Result<Tensor> nnc::readNpy(const std::string &path) {
  Result<NpyReader> reader = NpyReader::open(path);
  if (!reader)
    return reader.error();
  Tensor tensor(reader->shape(), reader->dtype());
  if (std::optional<Error> error = reader->read(tensor.rawData(), tensor.sizeBytes()))
    return *error;
  return tensor;
}

//===----------------------------------------------------------------------===//
// Writing
//===----------------------------------------------------------------------===//

/// All that comes before the elements: a multiple of 64 bytes that ends with a new line.
static std::string makeHeader(const Shape &shape, DType type) {
  std::string extents;
  for (int64_t extent : shape)
    extents += std::to_string(extent) + (shape.size() == 1 ? "," : ", ");
  if (shape.size() > 1)
    extents.resize(extents.size() - 2);
  std::string text = std::string("{'descr': '") + (type == DType::F32 ? "<f4" : "<i8") +
                     "', 'fortran_order': False, 'shape': (" + extents + "), }";
  size_t total = (10 + text.size() + 1 + 63) / 64 * 64;
  text.resize(total - 10 - 1, ' ');
  text += '\n';
  std::string start(magic);
  start += {'\x01', '\x00', static_cast<char>(text.size() & 0xff), static_cast<char>(text.size() >> 8)};
  return start + text;
}

struct NpyWriter::State {
  OutputFile file;
};

NpyWriter::NpyWriter(std::unique_ptr<State> state) : state(std::move(state)) {}
NpyWriter::NpyWriter(NpyWriter &&) noexcept = default;
NpyWriter::~NpyWriter() = default;

Result<NpyWriter> NpyWriter::open(const std::string &path, const Shape &shape, DType type) {
  Result<OutputFile> file = OutputFile::open(path);
  if (!file)
    return file.error();
  auto state = std::make_unique<State>(State{std::move(*file)});
  if (std::optional<Error> error = state->file.write(makeHeader(shape, type)))
    return *error;
  return NpyWriter(std::move(state));
}

std::optional<Error> NpyWriter::write(const void *elements, size_t bytes) {
  return state->file.write({static_cast<const char *>(elements), bytes});
}

std::optional<Error> NpyWriter::finish() { return state->file.finish(); }

std::optional<Error> nnc::writeNpy(const std::string &path, const Tensor &tensor) {
  Result<Tensor> onHost = tensor.tryTo(Device());
  if (!onHost)
    return onHost.error();
  Result<NpyWriter> writer = NpyWriter::open(path, tensor.shape(), tensor.dtype());
  if (!writer)
    return writer.error();
  if (std::optional<Error> error = writer->write(std::as_const(*onHost).rawData(), tensor.sizeBytes()))
    return error;
  return writer->finish();
}
