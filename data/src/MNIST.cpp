//===- MNIST.cpp - MNIST and Fashion-MNIST from their files ---------------===//

#include "nnc/data/MNIST.h"

#include "Idx.h"

#include <algorithm>
#include <filesystem>
#include <ostream>

using namespace nnc;
using namespace nnc::data;

struct MNIST::Files {
  std::string name, root;
  bool train;
  std::vector<std::string> classes;
  Idx images, labels;
};

/// The path of `file`, gzipped or not, in one of the folders where data set `name` may be.
static std::string find(const std::string &root, const std::string &name, const std::string &file) {
  std::filesystem::path torchvision = std::filesystem::path(root) / name / "raw";
  for (const std::filesystem::path &folder : {torchvision, std::filesystem::path(root)})
    for (const char *ending : {"", ".gz"}) {
      std::filesystem::path path = folder / (file + ending);
      std::error_code ignored;
      if (std::filesystem::exists(path, ignored))
        return path.string();
    }
  throw Error(StatusCode::System, "cannot find " + file + ", or " + file + ".gz, of " + name + " in '" +
                                      torchvision.string() + "' or '" + root +
                                      "': put the data set's files there, nothing is downloaded");
}

static void checkImages(const Idx &images, const std::string &path) {
  if (images.shape[1] < 1 || images.shape[2] < 1)
    throw Error(StatusCode::Invalid, "'" + path + "' has images of " + std::to_string(images.shape[1]) + " x " +
                                         std::to_string(images.shape[2]) + " pixels");
}

static void checkLabels(const Idx &labels, const std::string &path, size_t classes) {
  auto wrong =
      std::find_if(labels.elements.begin(), labels.elements.end(), [&](uint8_t label) { return label >= classes; });
  if (wrong != labels.elements.end())
    throw Error(StatusCode::Invalid, "'" + path + "' has the label " + std::to_string(*wrong) + " at " +
                                         std::to_string(wrong - labels.elements.begin()) + "; there are 0 to " +
                                         std::to_string(classes - 1));
}

MNIST::MNIST(const std::string &name, std::vector<std::string> classes, const std::string &root, bool train,
             const Transform &transform)
    : transform(transform) {
  transform.requireTakesImages();
  std::string set = train ? "train" : "t10k";
  std::string imagesPath = find(root, name, set + "-images-idx3-ubyte");
  std::string labelsPath = find(root, name, set + "-labels-idx1-ubyte");
  Idx labels = readIdx(labelsPath, 1), images = readIdx(imagesPath, 3);
  if (images.shape[0] != labels.shape[0])
    throw Error(StatusCode::Invalid, "'" + imagesPath + "' has " + std::to_string(images.shape[0]) + " images, '" +
                                         labelsPath + "' has " + std::to_string(labels.shape[0]) + " labels");
  checkImages(images, imagesPath);
  checkLabels(labels, labelsPath, classes.size());
  files = std::make_shared<Files>(Files{name, root, train, std::move(classes), std::move(images), std::move(labels)});
}

MNIST::MNIST(const std::string &root, bool train, const Transform &transform)
    : MNIST("MNIST",
            {"0 - zero", "1 - one", "2 - two", "3 - three", "4 - four", "5 - five", "6 - six", "7 - seven", "8 - eight",
             "9 - nine"},
            root, train, transform) {}

FashionMNIST::FashionMNIST(const std::string &root, bool train, const Transform &transform)
    : MNIST("FashionMNIST",
            {"T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"},
            root, train, transform) {}

int64_t MNIST::size() const { return files->labels.shape[0]; }

Sample MNIST::operator[](int64_t index) const {
  int64_t position = index < 0 ? index + size() : index;
  if (position < 0 || position >= size())
    throw Error(StatusCode::Invalid, "index " + std::to_string(index) + " of " + std::to_string(size()) + " samples");
  int64_t rows = files->images.shape[1], columns = files->images.shape[2];
  Image image{files->images.elements.data() + position * rows * columns, rows, columns};
  return {transform(image), files->labels.elements[static_cast<size_t>(position)]};
}

const std::vector<std::string> &MNIST::classes() const { return files->classes; }

Tensor MNIST::targets() const {
  Tensor result({size()}, DType::I64);
  std::copy(files->labels.elements.begin(), files->labels.elements.end(), result.data<int64_t>());
  return result;
}

/// `text` behind `first`, its further lines below it.
static std::string hang(const std::string &first, std::string text) {
  for (size_t at = text.find('\n'); at != std::string::npos; at = text.find('\n', at + 1))
    text.insert(at + 1, first.size(), ' ');
  return first + text;
}

std::string MNIST::str() const {
  return "Dataset " + files->name + "\n    Number of datapoints: " + std::to_string(size()) +
         "\n    Root location: " + files->root + "\n    Split: " + (files->train ? "Train" : "Test") +
         "\n    StandardTransform\n" + hang("Transform: ", transform.str());
}

std::ostream &data::operator<<(std::ostream &os, const MNIST &dataset) { return os << dataset.str(); }
