//===- Runner.cpp - one call at a time ------------------------------------===//
//
// What happens in `run` allocates nothing, takes no lock and throws nothing. Whatever can be worked out before is
// worked out when the Runner is made.
//
//===----------------------------------------------------------------------===//

#include "Message.h"
#include "ModelState.h"

#include <algorithm>

using namespace nnc;

struct Runner::State {
  std::shared_ptr<const Model::State> model;
  std::unique_ptr<Executor> executor;
  const Table *table = nullptr;
  int64_t maxBatch = 1;
  std::vector<size_t> inputBytes, outputBytes; ///< of one sample, or of all in a static model
  std::vector<const void *> inputs;            ///< for calls with sizes
  std::vector<void *> outputs;
  bool simple = false; ///< one f32 input, one f32 output
  Message message;

  Status checkBatch(int64_t batch) {
    if (!table->open || (batch >= 0 && batch <= maxBatch))
      return {};
    if (batch < 0)
      return message.refuse("batch is %lld; it is 0 or more", static_cast<long long>(batch));
    return message.refuse("batch is %lld; the runner was made for up to %lld", static_cast<long long>(batch),
                          static_cast<long long>(maxBatch));
  }

  Status checkCounts(size_t inputCount, size_t outputCount) {
    if (inputCount != inputBytes.size())
      return message.refuse("%zu inputs were given, model %s takes %zu", inputCount, table->name.c_str(),
                            inputBytes.size());
    if (outputCount != outputBytes.size())
      return message.refuse("%zu outputs were given, model %s gives %zu", outputCount, table->name.c_str(),
                            outputBytes.size());
    return {};
  }

  /// No pointer may be null, unless there is nothing behind it.
  Status checkPointers(const void *const *from, void *const *to, int64_t batch) {
    if (batch == 0 && table->open)
      return {};
    for (size_t i = 0; i < inputBytes.size(); ++i)
      if (!from[i])
        return message.refuse("input \"%s\" is null", table->inputs[i].name.c_str());
    for (size_t i = 0; i < outputBytes.size(); ++i)
      if (!to[i])
        return message.refuse("output \"%s\" is null", table->outputs[i].name.c_str());
    return {};
  }

  /// Puts the pointers of `spans`, by name or by position, into `pointers` and checks their sizes.
  template <typename Span, typename Pointer>
  Status place(const char *what, const Span *spans, const std::vector<TensorInfo> &infos,
               const std::vector<size_t> &sampleBytes, std::vector<Pointer> &pointers, int64_t batch) {
    std::fill(pointers.begin(), pointers.end(), nullptr);
    for (size_t i = 0; i < infos.size(); ++i) {
      const Span &span = spans[i];
      size_t at = i;
      if (!span.name.empty())
        for (at = 0; at < infos.size() && infos[at].name != span.name; ++at)
          ;
      int nameLength = static_cast<int>(span.name.size());
      if (at == infos.size())
        return message.refuse("model %s has no %s \"%.*s\"", table->name.c_str(), what, nameLength, span.name.data());
      if (pointers[at])
        return message.refuse("%s \"%s\" is given twice", what, infos[at].name.c_str());
      size_t needed = table->open ? sampleBytes[at] * static_cast<size_t>(batch) : sampleBytes[at];
      if (span.bytes != needed)
        return message.refuse("%s \"%s\" has %zu bytes, batch %lld needs %zu", what, infos[at].name.c_str(), span.bytes,
                              static_cast<long long>(batch), needed);
      pointers[at] = span.data;
    }
    return {};
  }
};

Runner::Runner(std::unique_ptr<State> state) : state(std::move(state)) {}
Runner::Runner(Runner &&) noexcept = default;
Runner &Runner::operator=(Runner &&) noexcept = default;
Runner::~Runner() = default;

Result<Runner> Model::tryRunner(const RunnerOptions &options) const {
  constexpr int mostThreads = 4096;
  if (options.maxBatch < 0)
    return Error(StatusCode::Invalid, "maxBatch is " + std::to_string(options.maxBatch) + "; it is 0 or more");
  if (options.threads < 1 || options.threads > mostThreads)
    return Error(StatusCode::Invalid,
                 "threads is " + std::to_string(options.threads) + "; it is 1 to " + std::to_string(mostThreads));
  auto runner = std::make_unique<Runner::State>();
  const Table &table = state->code->table;
  runner->model = state;
  runner->table = &table;
  runner->maxBatch = options.maxBatch;
  for (const auto *list : {&table.inputs, &table.outputs})
    for (const TensorInfo &info : *list) {
      std::optional<size_t> most = sizeOfSamples(info, std::max<int64_t>(options.maxBatch, 1));
      if (!most)
        return Error(StatusCode::Invalid, "maxBatch is " + std::to_string(options.maxBatch) + ": \"" + info.name +
                                              "\" would have more bytes than 63 bits count");
      (list == &table.inputs ? runner->inputBytes : runner->outputBytes).push_back(*sizeOfSamples(info, 1));
    }
  runner->inputs.resize(table.inputs.size());
  runner->outputs.resize(table.outputs.size());
  runner->simple = table.inputs.size() == 1 && table.outputs.size() == 1 && table.inputs[0].dtype == DType::F32 &&
                   table.outputs[0].dtype == DType::F32;
  Result<std::unique_ptr<Executor>> executor = state->packed->makeExecutor(options);
  if (!executor)
    return executor.error();
  runner->executor = std::move(*executor);
  return Runner(std::move(runner));
}

Status Runner::run(const float *x, float *y, int64_t batch) {
  if (!state->simple)
    return state->message.refuse("model %s has not one f32 input and one f32 output; run it with lists of pointers",
                                 state->table->name.c_str());
  const void *from[] = {x};
  void *to[] = {y};
  return run(from, 1, to, 1, batch);
}

Status Runner::run(const void *const *inputs, size_t inputCount, void *const *outputs, size_t outputCount,
                   int64_t batch) {
  if (Status status = state->checkCounts(inputCount, outputCount); !status.ok())
    return status;
  if (Status status = state->checkBatch(batch); !status.ok())
    return status;
  if (Status status = state->checkPointers(inputs, outputs, batch); !status.ok())
    return status;
  return state->executor->run(inputs, outputs, batch);
}

Status Runner::run(const Input *inputs, size_t inputCount, const Output *outputs, size_t outputCount, int64_t batch) {
  if (Status status = state->checkCounts(inputCount, outputCount); !status.ok())
    return status;
  if (Status status = state->checkBatch(batch); !status.ok())
    return status;
  const Table &table = *state->table;
  Status status = state->place("input", inputs, table.inputs, state->inputBytes, state->inputs, batch);
  if (status.ok())
    status = state->place("output", outputs, table.outputs, state->outputBytes, state->outputs, batch);
  if (!status.ok())
    return status;
  return run(state->inputs.data(), inputCount, state->outputs.data(), outputCount, batch);
}

CallTimes Runner::times() const { return state->executor->times(); }
