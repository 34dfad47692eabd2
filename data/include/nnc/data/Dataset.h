//===- Dataset.h - samples by number ----------------------------*- C++ -*-===//
//
// A data set of one's own is a class derived from Dataset:
//
//     struct Squares : nnc::data::Dataset {
//       int64_t size() const override { return 100; }
//       nnc::data::Sample operator[](int64_t index) const override {
//         return {nnc::full({1}, index), index * index};
//       }
//     };
//
//===----------------------------------------------------------------------===//

#ifndef NNC_DATA_DATASET_H
#define NNC_DATA_DATASET_H

#include "nnc/Tensor.h"

#include <cstdint>

namespace nnc::data {

/// What a network takes, and the number of its class.
struct Sample {
  Tensor image;
  int64_t label = 0;
};

/// Samples 0 to size() - 1.
class Dataset {
public:
  virtual ~Dataset() = default;

  virtual int64_t size() const = 0;
  /// Sample `index`. The images of all samples have one shape and are f32.
  virtual Sample operator[](int64_t index) const = 0;
};

} // namespace nnc::data

#endif // NNC_DATA_DATASET_H
