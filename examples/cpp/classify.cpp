// Runs a compiled model from C++ on the device of your choice, first the short way and then the way of a program that
// may not wait.
//
//   nnc examples/build-the-neural-network/model.mlir --device=cpu,cuda -o model.so
//   g++ -std=c++17 examples/cpp/classify.cpp -I runtime/include build/lib/libnnc-runtime.a -ldl -o classify
//   ./classify model.so examples/build-the-neural-network/fashion.safetensors         (or with cuda, or auto, behind)

#include <nnc/Model.h>

#include <algorithm>
#include <iostream>

int main(int argc, char **argv) try {
  if (argc != 3 && argc != 4) {
    std::cerr << "usage: classify model.so weights.safetensors [DEVICE]\n";
    return 2;
  }
  auto model = nnc::Model::load(argv[1], argv[2], argc == 4 ? argv[3] : "cpu");
  std::cout << "runs on " << model.device() << '\n';
  if (!model.deviceNote().empty())
    std::cerr << "no GPU: " << model.deviceNote() << '\n';

  nnc::Tensor image({1, 28, 28});
  std::fill_n(image.data<float>(), image.numel(), 0.5f);
  nnc::Tensor logits = model(image);
  std::cout << logits << '\n';

  // What is on the GPU already gives a result there: nothing is copied.
  nnc::Tensor there = model(image.to(model.device()));
  std::cout << "class by argmax: " << there.argmax(1) << '\n';

  // A Runner owns all the memory that a call needs: nothing is allocated here, and no lock is taken. Its pointers are
  // the host's or the GPU's.
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
