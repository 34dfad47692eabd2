//===- Info.h - what a model says of itself ---------------------*- C++ -*-===//

#ifndef NNC_TOOLS_NNCRUN_INFO_H
#define NNC_TOOLS_NNCRUN_INFO_H

#include "nnc/abi.h"

/// The GPU variants of `entry`: none in a model of a compiler that knew of none.
nnc_array cudaVariantsOf(const nnc_entry &entry);

/// Prints all that `model`, a checked table, says: for people, or as one JSON object.
void printInfo(const nnc_model *model, bool json);

#endif // NNC_TOOLS_NNCRUN_INFO_H
