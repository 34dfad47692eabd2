//===- DataLoader.cpp - samples in batches --------------------------------===//

#include "nnc/data/DataLoader.h"

#include <algorithm>
#include <cstring>
#include <numeric>

using namespace nnc;
using namespace nnc::data;

DataLoader::DataLoader(std::shared_ptr<const Dataset> dataset, const DataLoaderOptions &options)
    : dataset(std::move(dataset)), options(options) {
  if (options.batch_size < 1)
    throw Error(StatusCode::Invalid, "DataLoader: batch_size is " + std::to_string(options.batch_size));
  if (options.seed)
    generator.emplace(*options.seed);
}

int64_t DataLoader::size() const {
  int64_t whole = dataset->size() / options.batch_size;
  return whole + (dataset->size() % options.batch_size && !options.drop_last ? 1 : 0);
}

// Seeds and permutations are drawn as torch.utils.data's DataLoader and RandomSampler draw them, the unused ones too:
// only so do a second pass, and whatever is drawn after a pass, agree with PyTorch.

DataLoader::Iterator DataLoader::begin() {
  Iterator first(this, 0);
  // The first seed is for processes that load samples; there are none.
  if (generator)
    generator->random64();
  else
    drawSeed();
  if (options.shuffle) {
    Generator once(generator ? 0 : drawSeed());
    Tensor permutation = randperm(dataset->size(), generator ? *generator : once);
    const int64_t *order = std::as_const(permutation).data<int64_t>();
    first.order.assign(order, order + permutation.numel());
  } else {
    first.order.resize(static_cast<size_t>(dataset->size()));
    std::iota(first.order.begin(), first.order.end(), int64_t(0));
  }
  return first;
}

DataLoader::Iterator &DataLoader::Iterator::operator++() {
  // At its end RandomSampler draws a permutation for the samples beyond one pass; there are none.
  if (++batch == loader->size() && loader->options.shuffle && loader->generator)
    randperm(loader->dataset->size(), *loader->generator);
  return *this;
}

Batch DataLoader::Iterator::operator*() const {
  int64_t first = batch * loader->options.batch_size;
  int64_t count = std::min(loader->options.batch_size, static_cast<int64_t>(order.size()) - first);
  Batch result;
  result.labels = Tensor({count}, DType::I64);
  int64_t *labels = result.labels.data<int64_t>();
  Shape shape;
  for (int64_t i = 0; i < count; ++i) {
    int64_t index = order[static_cast<size_t>(first + i)];
    Sample sample = (*loader->dataset)[index];
    if (i == 0) {
      shape = sample.image.shape();
      Shape all = shape;
      all.insert(all.begin(), count);
      result.images = Tensor(all);
    }
    if (sample.image.dtype() != DType::F32 || sample.image.shape() != shape)
      throw Error(StatusCode::Invalid, "sample " + std::to_string(index) + " is " + toString(sample.image.dtype()) +
                                           " " + toString(sample.image.shape()) + "; its batch takes f32 " +
                                           toString(shape));
    result.images[i].copy_(sample.image);
    labels[i] = sample.label;
  }
  return result;
}
