//===- Info.h - what a model says of itself ---------------------*- C++ -*-===//

#ifndef NNC_TOOLS_NNCRUN_INFO_H
#define NNC_TOOLS_NNCRUN_INFO_H

#include "nnc/abi.h"

/// Prints all that `model`, a checked table, says: for people, or as one JSON object.
void printInfo(const nnc_model *model, bool json);

#endif // NNC_TOOLS_NNCRUN_INFO_H
