// Loads trained weights and classifies the test images of a Fashion-MNIST folder: how many are right, and what is taken
// for what. Nothing is trained here.
//
//     build/bin/classify-fashion-mnist FOLDER [WEIGHTS.safetensors]
//
// FOLDER has t10k-images-idx3-ubyte.gz and t10k-labels-idx1-ubyte.gz, or is where torchvision put the data set. The
// weights are by default those beside the first example, trained on 700 images.

#include <nnc/data.h>
#include <nnc/nn.h>

#include <iostream>

namespace data = nnc::data;
namespace nn = nnc::nn;

// The network of the first example. Weights are found by the names of the fields: "linear_relu_stack.0.weight".
struct NeuralNetwork : nn::Module {
  nn::Flatten flatten;
  nn::Sequential linear_relu_stack{nn::Linear(28 * 28, 512), nn::ReLU(), nn::Linear(512, 512), nn::ReLU(),
                                   nn::Linear(512, 10)};
  NNC_MODULE(NeuralNetwork, flatten, linear_relu_stack)

  nn::Value forward(nn::Value x) const { return linear_relu_stack(flatten(x)); }
};

static void run(const std::string &folder, const std::string &weights) {
  NeuralNetwork model;
  model.load_state_dict(nnc::load(weights));

  // The pixels as numbers from 0 to 1, 64 images at a time.
  data::FashionMNIST test_data(folder, /*train=*/false, data::ToTensor());
  data::DataLoader test_dataloader(test_data, {/*batch_size=*/64});
  std::cout << test_data << "\n\n";

  // The largest of the ten scores of an image is the prediction. The first call compiles the network.
  data::ConfusionMatrix matrix(test_data.classes());
  for (auto &&[images, labels] : test_dataloader)
    matrix.add(model(images).argmax(1), labels);

  std::cout << matrix.correct() << " of " << matrix.total() << " right, " << 100 * matrix.accuracy() << " %\n\n"
            << matrix << '\n';
}

int main(int argc, char **argv) {
  if (argc != 2 && argc != 3) {
    std::cerr << "usage: classify-fashion-mnist FOLDER [WEIGHTS.safetensors]\n";
    return 2;
  }
  try {
    run(argv[1], argc > 2 ? argv[2] : "examples/build-the-neural-network/fashion.safetensors");
  } catch (const nnc::Error &error) {
    std::cerr << error.what() << '\n';
    return static_cast<int>(error.code());
  }
}
