//===- save-tutorial.cpp - the tensors of the tutorial --------------------===//
//
// save-tutorial FILE.safetensors: the tutorial's steps, saving what it has on the way under the names of the reference.
//
//===----------------------------------------------------------------------===//

#include <nnc/nn.h>

namespace nn = nnc::nn;

struct NeuralNetwork : nn::Module {
  nn::Flatten flatten;
  nn::Sequential linear_relu_stack{nn::Linear(28 * 28, 512), nn::ReLU(), nn::Linear(512, 512), nn::ReLU(),
                                   nn::Linear(512, 10)};
  NNC_MODULE(NeuralNetwork, flatten, linear_relu_stack)
  nn::Value forward(nn::Value x) const { return linear_relu_stack(flatten(x)); }
};

int main(int, char **argv) {
  nnc::StateDict saved;
  auto save = [&](const std::string &name, const nnc::Tensor &tensor) {
    saved.add(name, tensor);
    return tensor;
  };
  nnc::manual_seed(0);
  NeuralNetwork model;
  nnc::Tensor logits = save("logits", model(save("X", nnc::rand({1, 28, 28}))));
  save("y_pred", save("pred_probab", nn::Softmax(1)(logits)).argmax(1));

  nnc::manual_seed(169);
  nnc::Tensor image = save("walk.input_image", nnc::rand({3, 28, 28}));
  nn::Flatten flatten;
  nn::Linear layer1(28 * 28, 20);
  save("walk.relu", nn::ReLU()(save("walk.hidden1", layer1(flatten(image)))));
  nn::Sequential sequence{flatten, layer1, nn::ReLU(), nn::Linear(20, 10)};
  image = save("walk.input_image2", nnc::rand({3, 28, 28}));
  save("walk.pred_probab", nn::Softmax(1)(save("walk.logits", sequence(image))));

  for (const auto &[name, parameter] : model.named_parameters())
    saved.add(name, parameter);
  for (const auto &[name, parameter] : layer1.named_parameters())
    saved.add("walk.layer1." + name, parameter);
  const auto &last = sequence[3].as<nn::Linear>();
  saved.add("walk.seq_modules.3.weight", last.weight);
  saved.add("walk.seq_modules.3.bias", *last.bias);
  nnc::save(saved, argv[1]);
}
