//===- MNIST.h - MNIST and Fashion-MNIST from their files -------*- C++ -*-===//
//
//     data::FashionMNIST training_data("data", /*train=*/true, data::ToTensor());
//     auto [image, label] = training_data[0];
//     std::cout << training_data.classes()[label] << '\n';
//
//===----------------------------------------------------------------------===//

#ifndef NNC_DATA_MNIST_H
#define NNC_DATA_MNIST_H

#include "nnc/data/Dataset.h"
#include "nnc/data/Transforms.h"

#include <iosfwd>
#include <memory>
#include <string>
#include <vector>

namespace nnc::data {

/// Handwritten digits. A handle: copies share the pixels, which are held as bytes.
class MNIST : public Dataset {
public:
  /// Reads the images and labels of the training or of the test set: the files train-images-idx3-ubyte and
  /// train-labels-idx1-ubyte or t10k-..., gzipped if they are named so, in `root`/MNIST/raw, where torchvision puts
  /// them, or in `root` itself. Throws Error: files that are not there, or of another form, or damaged, or that do not
  /// belong together; labels other than 0 to 9. No more than 256 MiB of a file are ever held.
  explicit MNIST(const std::string &root, bool train = true, const Transform &transform = ToTensor());

  int64_t size() const override;
  /// The transformed image and its label; negative numbers count from the end. Throws Error: a number that is not
  /// there, what the transform throws.
  Sample operator[](int64_t index) const override;
  /// The names of the labels 0 to 9.
  const std::vector<std::string> &classes() const;
  /// The labels of all samples: i64 [size()].
  Tensor targets() const;

  /// As torchvision prints the data set.
  std::string str() const;

protected:
  /// `name` is torchvision's, and that of the folder.
  MNIST(const std::string &name, std::vector<std::string> classes, const std::string &root, bool train,
        const Transform &transform);

private:
  struct Files;
  std::shared_ptr<const Files> files;
  Transform transform;
};

/// Pieces of clothing, in the same form; in `root`/FashionMNIST/raw or in `root`.
class FashionMNIST : public MNIST {
public:
  /// As MNIST's.
  explicit FashionMNIST(const std::string &root, bool train = true, const Transform &transform = ToTensor());
};

std::ostream &operator<<(std::ostream &os, const MNIST &dataset);

} // namespace nnc::data

#endif // NNC_DATA_MNIST_H
