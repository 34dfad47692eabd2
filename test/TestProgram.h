//===- TestProgram.h - a GoogleTest program of lit's ------------*- C++ -*-===//
//
//     int main(int argc, char **argv) { return runTests(argc, argv); }
//
//===----------------------------------------------------------------------===//

#ifndef NNC_TEST_TESTPROGRAM_H
#define NNC_TEST_TESTPROGRAM_H

#include <gtest/gtest.h>

#include <string>

namespace nnc {

/// The program's argument: where it finds and leaves files.
inline std::string folder;

inline int runTests(int argc, char **argv) {
  testing::InitGoogleTest(&argc, argv);
  folder = argc > 1 ? argv[1] : "";
  return RUN_ALL_TESTS();
}

} // namespace nnc

#endif // NNC_TEST_TESTPROGRAM_H
