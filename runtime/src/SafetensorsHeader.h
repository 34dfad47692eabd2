//===- SafetensorsHeader.h - the JSON part of a file ------------*- C++ -*-===//

#ifndef NNC_RUNTIME_SAFETENSORSHEADER_H
#define NNC_RUNTIME_SAFETENSORSHEADER_H

#include "nnc/Safetensors.h"

namespace nnc {

/// Reads the header's JSON into `entries`: the form only, not whether offsets fit. Returns what is wrong, or "".
std::string parseSafetensorsHeader(std::string_view json, std::map<std::string, Safetensors::Entry> &entries);

} // namespace nnc

#endif // NNC_RUNTIME_SAFETENSORSHEADER_H
