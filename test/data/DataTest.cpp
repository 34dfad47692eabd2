// DataTest FOLDER: data sets, transforms and loaders. FOLDER has what make-idx.py writes: 30 images of 4 x 5 pixels.

#include "test/TensorChecks.h"
#include "test/TestProgram.h"

#include "nnc/data.h"

#include <cmath>
#include <filesystem>
#include <fstream>

using namespace nnc;
using namespace nnc::data;
namespace fs = std::filesystem;

/// Sample i is the number i, of class i % 10.
struct Range : Dataset {
  explicit Range(int64_t count) : count(count) {}
  int64_t size() const override { return count; }
  Sample operator[](int64_t index) const override { return {full({1}, static_cast<float>(index)), index % 10}; }
  int64_t count;
};

/// The labels of each batch of one pass.
static std::vector<std::string> labelsOf(DataLoader &loader) {
  std::vector<std::string> result;
  for (auto &&[images, labels] : loader)
    result.push_back(print(labels));
  return result;
}

static std::string read(const fs::path &path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

//===----------------------------------------------------------------------===//
// Data sets
//===----------------------------------------------------------------------===//

TEST(FashionMNIST, isFoundInTorchvisionsLayoutAndBesideIt) {
  for (const char *layout : {"/torchvision", "/flat", "/plain"}) {
    FashionMNIST test(folder + layout, /*train=*/false), train(folder + layout);
    EXPECT_EQ(test.size(), 30);
    EXPECT_EQ(train.size(), 20);
    auto [image, label] = test[13];
    EXPECT_EQ(image.shape(), Shape({1, 4, 5}));
    EXPECT_EQ(label, 3);
    // make-idx.py: the pixels count on from image to image.
    EXPECT_EQ(image[0][0][1].item<float>(), 5.0f / 255);
    EXPECT_EQ(test[-1].label, 9);
    EXPECT_EQ(test.classes()[9], "Ankle boot");
    EXPECT_EQ(print(test.targets()[Slice(8, 12)]), "tensor([8, 9, 0, 1])");
  }
  EXPECT_EQ(errorOf([] { FashionMNIST(folder + "/flat")[20]; }), "index 20 of 20 samples");
}

TEST(FashionMNIST, sharesItsPixelsWithCopies) {
  FashionMNIST one(folder + "/flat");
  FashionMNIST other = one;
  EXPECT_EQ(print(other[3].image), print(one[3].image));
}

TEST(MNIST, hasDigits) {
  std::string empty = folder + "/empty";
  fs::create_directory(empty);
  EXPECT_EQ(errorOf([&] { MNIST{empty}; }),
            "cannot find train-images-idx3-ubyte, or train-images-idx3-ubyte.gz, of MNIST in '" + empty +
                "/MNIST/raw' or '" + empty + "': put the data set's files there, nothing is downloaded");
  MNIST digits(folder + "/flat", /*train=*/false);
  EXPECT_EQ(digits.classes()[7], "7 - seven");
}

TEST(MNIST, refusesFilesThatDoNotBelongTogether) {
  std::string mixed = folder + "/mixed", images = mixed + "/t10k-images-idx3-ubyte",
              labels = mixed + "/t10k-labels-idx1-ubyte";
  fs::remove_all(mixed);
  fs::create_directory(mixed);
  auto message = [&](const std::string &imageBytes, const std::string &labelBytes) {
    std::ofstream(images, std::ios::binary) << imageBytes;
    std::ofstream(labels, std::ios::binary) << labelBytes;
    return errorOf([&] { MNIST(mixed, /*train=*/false); });
  };
  std::string goodImages = read(folder + "/plain/t10k-images-idx3-ubyte"),
              goodLabels = read(folder + "/plain/t10k-labels-idx1-ubyte");
  EXPECT_EQ(message(goodImages, goodLabels), "no error");
  EXPECT_EQ(message(goodImages, read(folder + "/plain/train-labels-idx1-ubyte")),
            "'" + images + "' has 30 images, '" + labels + "' has 20 labels");
  std::string label = goodLabels;
  label[8 + 4] = 10;
  EXPECT_EQ(message(goodImages, label), "'" + labels + "' has the label 10 at 4; there are 0 to 9");
  std::string flat = goodImages.substr(0, 16);
  flat[11] = 0;
  EXPECT_EQ(message(flat, goodLabels), "'" + images + "' has images of 0 x 5 pixels");
  // The one before the other.
  EXPECT_EQ(message(goodLabels, goodImages),
            "cannot read '" + labels +
                "': its magic number is 0x00000803; that of an IDX file of bytes with 1 dimension "
                "is 0x00000801");
}

//===----------------------------------------------------------------------===//
// Transforms
//===----------------------------------------------------------------------===//

TEST(Transform, isMadeOfSteps) {
  uint8_t pixels[] = {0, 51, 102, 255};
  Image image{pixels, 2, 2};
  EXPECT_EQ(print(ToTensor()(image)), "tensor([[[0.0000, 0.2000],\n         [0.4000, 1.0000]]])");
  Compose half{ToTensor(), Normalize({0.5}, {0.5})};
  EXPECT_EQ(print(half(image)), "tensor([[[-1.0000, -0.6000],\n         [-0.2000,  1.0000]]])");
  Compose own{half, [](const Tensor &x) { return x.reshape({4}); }};
  EXPECT_EQ(own(image).shape(), Shape({4}));
  EXPECT_EQ(print(Transform(own)), "Compose(\n    " + half.str() + "\n    function\n)");
}

TEST(Transform, normalisesEachChannel) {
  Tensor image = ones({2, 1, 1});
  EXPECT_EQ(print(Normalize({0, 0.5}, {1, 2})(image)), "tensor([[[1.0000]],\n\n        [[0.2500]]])");
  EXPECT_EQ(
      errorOf([&] { Normalize({0, 1, 2}, {1, 1, 1})(image); }),
      "Normalize(mean=(0, 1, 2), std=(1, 1, 1)): a tensor of f32 [2, 1, 1]; it takes f32 [channels, rows, columns] "
      "with as many channels as means");
}

TEST(Transform, refusesWhatCannotBe) {
  EXPECT_EQ(errorOf([] { Normalize({0.5}, {1, 2}); }), "Normalize: 1 means and 2 stds");
  EXPECT_EQ(errorOf([] { Normalize({}, {}); }), "Normalize: 0 means and 0 stds");
  EXPECT_EQ(errorOf([] { Normalize({0.5}, {0}); }),
            "Normalize(mean=(0.5,), std=(0,)): a std is 0 in f32, by which is divided");
  EXPECT_EQ(errorOf([] { FashionMNIST(folder + "/flat", true, Normalize({0.5}, {0.5})); }),
            "the transform Normalize(mean=(0.5,), std=(0.5,)) takes tensors: begin with ToTensor()");
  Compose twice{ToTensor(), ToTensor()};
  EXPECT_EQ(errorOf([&] { FashionMNIST(folder + "/flat", true, twice)[0]; }),
            "the transform ToTensor() takes pixels: it comes first");
  EXPECT_FALSE(Compose{}.takesImages());
}

//===----------------------------------------------------------------------===//
// Loaders
//===----------------------------------------------------------------------===//

TEST(DataLoader, givesBatches) {
  FashionMNIST set(folder + "/flat", /*train=*/false);
  DataLoader loader(set, {/*batch_size=*/16});
  EXPECT_EQ(loader.size(), 2);
  std::vector<std::string> sizes;
  for (auto &&[images, labels] : loader)
    sizes.push_back(print(images.size()) + " " + print(labels.size()));
  EXPECT_EQ(sizes, std::vector<std::string>(
                       {"torch.Size([16, 1, 4, 5]) torch.Size([16])", "torch.Size([14, 1, 4, 5]) torch.Size([14])"}));
  Batch first = *loader.begin();
  EXPECT_EQ(print(first.images[7]), print(set[7].image));
  EXPECT_EQ(first.labels[13].item<int64_t>(), 3);
}

TEST(DataLoader, dropsALastBatchThatIsNotFull) {
  DataLoader all(Range(10), {4}), full(Range(10), {4, /*shuffle=*/false, /*drop_last=*/true}), even(Range(8), {4}),
      none(Range(0), {4, /*shuffle=*/true});
  EXPECT_EQ(labelsOf(all),
            std::vector<std::string>({"tensor([0, 1, 2, 3])", "tensor([4, 5, 6, 7])", "tensor([8, 9])"}));
  EXPECT_EQ(labelsOf(full), std::vector<std::string>({"tensor([0, 1, 2, 3])", "tensor([4, 5, 6, 7])"}));
  EXPECT_EQ(labelsOf(even).size(), 2u);
  EXPECT_EQ(labelsOf(none).size(), 0u);
  EXPECT_EQ(full.size(), 2);
}

TEST(DataLoader, shufflesEachPassAnew) {
  DataLoader one(Range(50), {50, /*shuffle=*/true, false, /*seed=*/1}), same(Range(50), {50, true, false, 1});
  std::vector<std::string> first = labelsOf(one), second = labelsOf(one);
  EXPECT_NE(first, second);
  EXPECT_EQ(first, labelsOf(same));
  EXPECT_EQ(second, labelsOf(same));
}

TEST(DataLoader, refusesWhatCannotBe) {
  EXPECT_EQ(errorOf([] { DataLoader(Range(3), {0}); }), "DataLoader: batch_size is 0");
  struct Ragged : Range {
    Ragged() : Range(3) {}
    Sample operator[](int64_t index) const override { return {Tensor({index + 1}), 0}; }
  };
  DataLoader ragged(Ragged(), {3});
  EXPECT_EQ(errorOf([&] { *ragged.begin(); }), "sample 1 is f32 [2]; its batch takes f32 [1]");
}

//===----------------------------------------------------------------------===//
// Results
//===----------------------------------------------------------------------===//

static Tensor classNumbers(const std::vector<int64_t> &numbers) { return tensor(numbers); }

TEST(ConfusionMatrix, countsPredictions) {
  ConfusionMatrix matrix({"cat", "dog", "axolotl"});
  EXPECT_TRUE(std::isnan(matrix.accuracy()));
  matrix.add(classNumbers({0, 0, 1, 1, 0}), classNumbers({0, 0, 1, 0, 1}));
  matrix.add(classNumbers({2}), classNumbers({1}));
  EXPECT_EQ(matrix.count(/*label=*/1, /*predicted=*/2), 1);
  EXPECT_EQ(matrix.correct(), 3);
  EXPECT_EQ(matrix.total(), 6);
  EXPECT_EQ(matrix.accuracy(), 0.5);
  EXPECT_EQ(print(matrix), "label      predicted as\n"
                           "           0  1  2    right\n"
                           "0 cat      2  1  .   66.7 %\n"
                           "1 dog      1  1  1   33.3 %\n"
                           "2 axolotl  .  .  .");
}

TEST(ConfusionMatrix, addsAllOrNothing) {
  ConfusionMatrix matrix({"cat", "dog"});
  EXPECT_EQ(errorOf([&] { matrix.add(classNumbers({0, 2}), classNumbers({0, 0})); }), "class 2 of 2");
  EXPECT_EQ(errorOf([&] { matrix.add(classNumbers({0, 0}), classNumbers({-1, 0})); }), "class -1 of 2");
  EXPECT_EQ(errorOf([&] { matrix.add(classNumbers({0, 0}), classNumbers({0})); }),
            "predictions are i64 [2] and labels i64 [1]; both are i64 [samples]");
  EXPECT_EQ(errorOf([&] { matrix.add(Tensor({2, 10}), classNumbers({0, 0})); }),
            "predictions are f32 [2, 10] and labels i64 [2]; both are i64 [samples]");
  EXPECT_EQ(matrix.total(), 0);
}

TEST(Accuracy, isTheShareThatIsRight) {
  EXPECT_EQ(accuracy(classNumbers({1, 2, 3, 4}), classNumbers({1, 2, 3, 0})), 0.75);
  EXPECT_TRUE(std::isnan(accuracy(classNumbers({}), classNumbers({}))));
}

int main(int argc, char **argv) { return runTests(argc, argv); }
