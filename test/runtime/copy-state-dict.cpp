//===- copy-state-dict.cpp - loads a state_dict and saves it --------------===//
//
// copy-state-dict FROM.safetensors TO.safetensors
//
//===----------------------------------------------------------------------===//

#include <nnc/StateDict.h>

int main(int, char **argv) { nnc::save(nnc::load(argv[1]), argv[2]); }
