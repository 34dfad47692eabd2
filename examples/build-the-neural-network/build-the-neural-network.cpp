// Build the Neural Network: PyTorch's tutorial page,
// https://docs.pytorch.org/tutorials/beginner/basics/buildmodel_tutorial.html, section by section, in C++. It prints
// what the page prints; what it runs is compiled code.
//
//     build/bin/build-the-neural-network [DEVICE]      (cpu by default, or cuda if there is one)

#include <nnc/nn.h>

#include <iostream>

namespace nn = nnc::nn;

// Define the class. A network is a class derived from nn::Module; its layers are fields, which NNC_MODULE names, and
// forward says what happens to the input. Never call forward yourself: call the model.
struct NeuralNetwork : nn::Module {
  nn::Flatten flatten;
  nn::Sequential linear_relu_stack{nn::Linear(28 * 28, 512), nn::ReLU(), nn::Linear(512, 512), nn::ReLU(),
                                   nn::Linear(512, 10)};
  NNC_MODULE(NeuralNetwork, flatten, linear_relu_stack)

  nn::Value forward(nn::Value x) const { return linear_relu_stack(flatten(x)); }
};

static void run(const nnc::Device &device) {
  // Get a device.
  std::cout << "Using " << device << " device\n";

  // Make the network, with the random parameters that PyTorch would draw, and print its structure.
  nnc::manual_seed(0);
  NeuralNetwork model;
  model.to(device);
  std::cout << model << '\n';

  // Use it on an image of random pixels. The first call compiles the network for this machine. The result is a score
  // for each of ten classes, the logits; Softmax makes probabilities of them, and the largest is the prediction.
  nnc::Tensor X = nnc::rand({1, 28, 28}, device);
  nnc::Tensor logits = model(X);
  nnc::Tensor pred_probab = nn::Softmax(1)(logits);
  nnc::Tensor y_pred = pred_probab.argmax(1);
  std::cout << "Predicted class: " << y_pred << '\n';

  // Model layers: what they do to a batch of three images, one by one.
  nnc::manual_seed(169);
  nnc::Tensor input_image = nnc::rand({3, 28, 28}, device);
  std::cout << input_image.size() << '\n';

  // Flatten makes a row of 784 pixels of each image. The batch, dimension 0, stays.
  nn::Flatten flatten;
  nnc::Tensor flat_image = flatten(input_image);
  std::cout << flat_image.size() << '\n';

  // Linear multiplies with its weight and adds its bias.
  nn::Linear layer1(28 * 28, 20);
  layer1.to(device);
  nnc::Tensor hidden1 = layer1(flat_image);
  std::cout << hidden1.size() << '\n';

  // ReLU sets what is negative to 0. Between linear layers, such a function lets a network learn more than one of them
  // could.
  std::cout << "Before ReLU: " << hidden1 << "\n\n\n";
  hidden1 = nn::ReLU()(hidden1);
  std::cout << "After ReLU: " << hidden1 << '\n';

  // Sequential calls modules in order, also some that are there already. They keep their parameters.
  nn::Sequential seq_modules{flatten, layer1, nn::ReLU(), nn::Linear(20, 10)};
  seq_modules.to(device);
  input_image = nnc::rand({3, 28, 28}, device);
  logits = seq_modules(input_image);

  // Softmax along dimension 1: the ten values of each image become positive and add up to 1.
  nn::Softmax softmax(1);
  pred_probab = softmax(logits);

  // Model parameters: each has a name, a size and its values.
  std::cout << "Model structure: " << model << "\n\n\n";
  for (auto &&[name, param] : model.named_parameters())
    std::cout << "Layer: " << name << " | Size: " << param.size() << " | Values : " << param[nnc::Slice(0, 2)]
              << " \n\n";
}

int main(int argc, char **argv) {
  try {
    run(argc > 1 ? argv[1] : nnc::cuda_is_available() ? "cuda" : "cpu");
  } catch (const nnc::Error &error) {
    std::cerr << error.what() << '\n';
    return static_cast<int>(error.code());
  }
}
