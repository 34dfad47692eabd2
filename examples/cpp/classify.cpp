// Runs a compiled model from C++, first the short way and then the way of a program that may not wait.
//
//   nnc examples/build-the-neural-network/model.mlir -o model.so
//   g++ -std=c++17 examples/cpp/classify.cpp -I runtime/include build/lib/libnnc-runtime.a -ldl -o classify
//   ./classify model.so examples/build-the-neural-network/fashion.safetensors

#include <nnc/Model.h>

#include <algorithm>
#include <iostream>

int main(int argc, char **argv) try {
  if (argc != 3) {
    std::cerr << "usage: classify model.so weights.safetensors\n";
    return 2;
  }
  auto model = nnc::Model::load(argv[1], argv[2], "cpu");

  nnc::Tensor image({1, 28, 28});
  std::fill_n(image.data<float>(), image.numel(), 0.5f);
  nnc::Tensor logits = model(image);
  std::cout << logits << '\n';

  // A Runner owns all the memory that a call needs: nothing is allocated here, and no lock is taken.
  auto runner = model.runner();
  float scores[10];
  nnc::Status status = runner.run(image.data<float>(), scores, /*batch=*/1);
  if (!status.ok()) {
    std::cerr << status.message << '\n';
    return 1;
  }
  std::cout << "predicted class: " << std::max_element(scores, scores + 10) - scores << '\n';
} catch (const nnc::Error &error) {
  std::cerr << error.what() << '\n';
  return 1;
}
