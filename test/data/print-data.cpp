//===- print-data.cpp - what make-printed-data.py does --------------------===//
//
// print-data, in a folder with what make-idx.py writes.
//
//===----------------------------------------------------------------------===//

#include <nnc/data.h>

#include <cstdio>
#include <cstring>
#include <iostream>

namespace data = nnc::data;

struct Range : data::Dataset {
  explicit Range(int64_t count) : count(count) {}
  int64_t size() const override { return count; }
  data::Sample operator[](int64_t index) const override { return {nnc::full({1}, static_cast<float>(index)), index}; }
  int64_t count;
};

static void passes(int count, data::DataLoader loader) {
  for (int i = 0; i < count; ++i) {
    const char *space = "";
    for (auto &&[images, labels] : loader) {
      std::cout << space << nnc::toString(nnc::Shape(labels.data<int64_t>(), labels.data<int64_t>() + labels.numel()));
      space = " ";
    }
    std::cout << '\n';
  }
}

static void printBits(const nnc::Tensor &row) {
  for (int64_t i = 0; i < row.numel(); ++i) {
    uint32_t bits;
    std::memcpy(&bits, row.data<float>() + i, sizeof bits);
    char text[16];
    std::snprintf(text, sizeof text, "%08x", bits);
    std::cout << (i ? " " : "") << text;
  }
  std::cout << '\n';
}

int main() {
  data::Compose half{data::ToTensor(), data::Normalize({0.5}, {0.5})};
  std::cout << data::FashionMNIST("torchvision", /*train=*/false, data::ToTensor()) << '\n';
  std::cout << data::FashionMNIST("torchvision", /*train=*/true, half) << '\n';
  std::cout << data::Compose{half, data::Normalize({0.485, 0.456, 1}, {1e-05, 2, 3.0})} << '\n';

  uint8_t pixels[256];
  for (int i = 0; i < 256; ++i)
    pixels[i] = static_cast<uint8_t>(i);
  data::Compose standard{data::ToTensor(), data::Normalize({0.2860}, {0.3530})};
  nnc::Tensor image = standard(data::Image{pixels, 16, 16});
  for (int64_t row = 0; row < 16; ++row)
    printBits(image[0][row]);

  nnc::manual_seed(5);
  passes(3, data::DataLoader(Range(10), {/*batch_size=*/4, /*shuffle=*/true}));
  passes(1, data::DataLoader(Range(5), {/*batch_size=*/2}));
  std::cout << nnc::rand({3}) << '\n';
  passes(3, data::DataLoader(Range(11), {/*batch_size=*/3, /*shuffle=*/true, /*drop_last=*/true, /*seed=*/7}));
  passes(2, data::DataLoader(Range(6), {/*batch_size=*/3, /*shuffle=*/true, /*drop_last=*/false,
                                        /*seed=*/(uint64_t(1) << 40) + 9}));
  std::cout << nnc::rand({3}) << '\n';
}
