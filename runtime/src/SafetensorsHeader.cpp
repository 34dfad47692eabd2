//===- SafetensorsHeader.cpp - the JSON part of a file --------------------===//
//
// Read as a stream of events: a legal header of 100 MB would take gigabytes as a tree.
//
//===----------------------------------------------------------------------===//

#include "SafetensorsHeader.h"

#include <nlohmann/json.hpp>
#include <set>

using namespace nnc;

namespace {

/// {"__metadata__": {string: string, ...}, name: {"dtype": string, "shape": [n, ...], "data_offsets": [n, n]}, ...}
class HeaderReader : public nlohmann::json_sax<nlohmann::json> {
public:
  explicit HeaderReader(std::map<std::string, Safetensors::Entry> &entries) : entries(entries) {}

  std::string message;

  bool null() override { return fail("null has no place here"); }
  bool boolean(bool) override { return fail("a boolean has no place here"); }
  bool number_float(number_float_t, const string_t &text) override { return fail(text + " is not a whole number"); }
  bool number_integer(number_integer_t number) override { return fail(std::to_string(number) + " is negative"); }
  bool binary(binary_t &) override { return fail("binary data has no place here"); }

  bool number_unsigned(number_unsigned_t number) override {
    if (number > static_cast<uint64_t>(INT64_MAX))
      return fail(std::to_string(number) + " is too large");
    if (place == Place::Shape)
      return entry.shape.push_back(static_cast<int64_t>(number)), true;
    if (place == Place::Offsets)
      return offsets.push_back(number), true;
    return fail("a number has no place here");
  }

  bool string(string_t &text) override {
    if (place == Place::Metadata)
      return true;
    if (place != Place::Tensor || field != "dtype")
      return fail("the string \"" + text + "\" has no place here");
    entry.dtype = text;
    return true;
  }

  bool start_object(std::size_t) override {
    if (place == Place::Outside)
      return place = Place::Root, true;
    if (place != Place::Root)
      return fail("an object has no place here");
    if (name == "__metadata__")
      return place = Place::Metadata, true;
    place = Place::Tensor;
    entry = {};
    offsets.clear();
    fields.clear();
    return true;
  }

  bool key(string_t &key) override {
    if (place == Place::Root) {
      name = key;
      return names.insert(key).second || fail("the name comes twice");
    }
    if (place == Place::Metadata)
      return true;
    field = key;
    if (key != "dtype" && key != "shape" && key != "data_offsets")
      return fail("unknown field \"" + key + "\"");
    return fields.insert(key).second || fail("the field \"" + key + "\" comes twice");
  }

  bool end_object() override {
    if (place == Place::Tensor) {
      if (fields.size() != 3)
        return fail("it needs dtype, shape and data_offsets");
      if (offsets.size() != 2 || offsets[0] > offsets[1])
        return fail("data_offsets are not [begin, end]");
      entry.begin = offsets[0];
      entry.end = offsets[1];
      entries[name] = entry;
    }
    place = place == Place::Root ? Place::Outside : Place::Root;
    name.clear();
    return true;
  }

  bool start_array(std::size_t) override {
    if (place != Place::Tensor || field == "dtype")
      return fail("a list has no place here");
    place = field == "shape" ? Place::Shape : Place::Offsets;
    return true;
  }

  bool end_array() override {
    place = Place::Tensor;
    return true;
  }

  bool parse_error(std::size_t position, const std::string &, const nlohmann::detail::exception &) override {
    message = "its header is not JSON at byte " + std::to_string(position);
    return false;
  }

private:
  bool fail(const std::string &what) {
    message = name.empty() ? "in its header, " + what : "in its header, tensor \"" + name + "\": " + what;
    return false;
  }

  enum class Place { Outside, Root, Metadata, Tensor, Shape, Offsets };

  std::map<std::string, Safetensors::Entry> &entries;
  Place place = Place::Outside;
  std::string name, field;
  std::set<std::string> names, fields;
  Safetensors::Entry entry;
  std::vector<uint64_t> offsets;
};

} // namespace

std::string nnc::parseSafetensorsHeader(std::string_view json, std::map<std::string, Safetensors::Entry> &entries) {
  HeaderReader reader(entries);
  if (!nlohmann::json::sax_parse(json.begin(), json.end(), &reader) && reader.message.empty())
    reader.message = "its header is not JSON";
  return reader.message;
}
