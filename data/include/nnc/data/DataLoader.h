//===- DataLoader.h - samples in batches ------------------------*- C++ -*-===//
//
//     data::DataLoader train_dataloader(training_data, {/*batch_size=*/64, /*shuffle=*/true});
//     for (auto &&[images, labels] : train_dataloader)
//       std::cout << images.size() << ' ' << labels.size() << '\n';   // torch.Size([64, 1, 28, 28]) torch.Size([64])
//
//===----------------------------------------------------------------------===//

#ifndef NNC_DATA_DATALOADER_H
#define NNC_DATA_DATALOADER_H

#include "nnc/Random.h"
#include "nnc/data/Dataset.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

namespace nnc::data {

/// Samples that are beside each other in memory.
struct Batch {
  Tensor images; ///< f32 [samples, ...]
  Tensor labels; ///< i64 [samples]
};

struct DataLoaderOptions {
  int64_t batch_size = 1;
  /// Another order in each pass: the one of torch.utils.data.DataLoader.
  bool shuffle = false;
  /// Leave out a last batch that is not full.
  bool drop_last = false;
  /// Seed of a generator of its own, as PyTorch's generator=torch.Generator().manual_seed(seed). Without it the
  /// process's generator gives a seed to each pass, so that manual_seed decides.
  std::optional<uint64_t> seed = std::nullopt;
};

/// The batches of a data set, one after the other; each `for` is a pass over all samples.
class DataLoader {
public:
  /// A copy of `dataset` stays with the loader. Throws Error if batch_size is less than 1.
  template <typename D, std::enable_if_t<std::is_base_of_v<Dataset, D>, int> = 0>
  explicit DataLoader(D dataset, const DataLoaderOptions &options = {})
      : DataLoader(std::make_shared<const D>(std::move(dataset)), options) {}
  explicit DataLoader(std::shared_ptr<const Dataset> dataset, const DataLoaderOptions &options = {});

  /// How many batches a pass has.
  int64_t size() const;

  class Iterator {
  public:
    /// Makes the batch. Throws Error: images of different shapes or that are not f32; what the data set throws.
    Batch operator*() const;
    Iterator &operator++();
    bool operator!=(const Iterator &other) const { return batch != other.batch; }

  private:
    friend class DataLoader;
    Iterator(DataLoader *loader, int64_t batch) : loader(loader), batch(batch) {}

    DataLoader *loader;
    std::vector<int64_t> order; ///< of the samples
    int64_t batch;
  };
  /// Begins a pass, which takes numbers from the generator.
  Iterator begin();
  Iterator end() { return Iterator(this, size()); }

private:
  std::shared_ptr<const Dataset> dataset;
  DataLoaderOptions options;
  std::optional<Generator> generator;
};

} // namespace nnc::data

#endif // NNC_DATA_DATALOADER_H
