//===- Loading.h - how fast a model is loaded -------------------*- C++ -*-===//

#ifndef NNC_TOOLS_NNCBENCH_LOADING_H
#define NNC_TOOLS_NNCBENCH_LOADING_H

#include "nnc/Model.h"

struct Loading {
  double loadUs = 0;      ///< Model::load, all of it; the files are in the system's cache
  double packedBytes = 0; ///< of weights as the code reads them
  double packGbps = 0;    ///< parameters that are packed in a second, and
  double copyGbps = 0;    ///< that are copied, both by one thread to memory that was written before
};

/// Measures how `model`, which lies in the file `path` and runs on the CPU, gets its weights from the file `weights`
/// (empty: it carries them). Errors: as Model::tryLoad.
nnc::Result<Loading> measureLoading(const nnc::Model &model, const std::string &path, const std::string &weights);

void print(const Loading &loading);

#endif // NNC_TOOLS_NNCBENCH_LOADING_H
