//===- TableReading.h - steps through structs of abi.h ----------*- C++ -*-===//

#ifndef NNC_RUNTIME_TABLEREADING_H
#define NNC_RUNTIME_TABLEREADING_H

#include "nnc/Status.h"
#include "nnc/abi.h"

namespace nnc {

inline Error malformed(const std::string &what) {
  return Error(StatusCode::Invalid, "the model's table is malformed: " + what);
}

/// Whether the struct at `record` is at least as long as this runtime's.
template <typename Struct> bool isWhole(const Struct *record) { return record && record->size >= sizeof(Struct); }

/// Whether the elements of `array` are at least as long as an `Element`.
template <typename Element> bool isSound(const nnc_array &array) {
  return array.count == 0 || (array.data && array.stride >= sizeof(Element));
}

/// Element `index` of a sound array that has so many.
template <typename Element> const Element *elementAt(const nnc_array &array, uint32_t index) {
  return static_cast<const Element *>(nnc_array_at(array, index));
}

} // namespace nnc

#endif // NNC_RUNTIME_TABLEREADING_H
