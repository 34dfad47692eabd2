//===- Runner.cpp - one call at a time ------------------------------------===//
//
// What happens in `run` allocates nothing, takes no lock and throws nothing. Whatever can be worked out before is
// worked out when the Runner is made.
//
//===----------------------------------------------------------------------===//

#include "ModelState.h"
#include "ThreadPool.h"

#include <algorithm>
#include <atomic>
#include <cstdarg>
#include <cstdio>

using namespace nnc;

struct Runner::State {
  std::shared_ptr<const Model::State> model;
  const nnc_cpu_variant *variant = nullptr;
  const Table *table = nullptr;
  int64_t maxBatch = 1;
  uint32_t parts = 1;
  ParallelFor parallelFor;
  uint64_t leastSharedFlops = 0;
  AlignedMemory workspace;
  std::vector<size_t> inputBytes, outputBytes; ///< of one sample, or of all in a static model
  std::vector<const void *> inputs;            ///< for calls with sizes
  std::vector<void *> outputs;
  bool simple = false; ///< one f32 input, one f32 output
  char message[256] = "";

  Status fail(const char *format, ...) __attribute__((format(printf, 2, 3))) {
    va_list arguments;
    va_start(arguments, format);
    std::vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    return {StatusCode::Invalid, message};
  }

  Status checkBatch(int64_t batch) {
    if (!table->open || (batch >= 0 && batch <= maxBatch))
      return {};
    if (batch < 0)
      return fail("batch is %lld; it is 0 or more", static_cast<long long>(batch));
    return fail("batch is %lld; the runner was made for up to %lld", static_cast<long long>(batch),
                static_cast<long long>(maxBatch));
  }

  Status checkCounts(size_t inputCount, size_t outputCount) {
    if (inputCount != inputBytes.size())
      return fail("%zu inputs were given, model %s takes %zu", inputCount, table->name.c_str(), inputBytes.size());
    if (outputCount != outputBytes.size())
      return fail("%zu outputs were given, model %s gives %zu", outputCount, table->name.c_str(), outputBytes.size());
    return {};
  }

  /// No pointer may be null, unless there is nothing behind it.
  Status checkPointers(const void *const *from, void *const *to, int64_t batch) {
    if (batch == 0 && table->open)
      return {};
    for (size_t i = 0; i < inputBytes.size(); ++i)
      if (!from[i])
        return fail("input \"%s\" is null", table->inputs[i].name.c_str());
    for (size_t i = 0; i < outputBytes.size(); ++i)
      if (!to[i])
        return fail("output \"%s\" is null", table->outputs[i].name.c_str());
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
        return fail("model %s has no %s \"%.*s\"", table->name.c_str(), what, nameLength, span.name.data());
      if (pointers[at])
        return fail("%s \"%s\" is given twice", what, infos[at].name.c_str());
      size_t needed = table->open ? sampleBytes[at] * static_cast<size_t>(batch) : sampleBytes[at];
      if (span.bytes != needed)
        return fail("%s \"%s\" has %zu bytes, batch %lld needs %zu", what, infos[at].name.c_str(), span.bytes,
                    static_cast<long long>(batch), needed);
      pointers[at] = span.data;
    }
    return {};
  }

  /// Whether a call of `batch` is worth more than one thread.
  bool isShared(int64_t batch) const {
    if (parts == 1)
      return false;
    // At least one, and no overflow: flops * samples >= least.
    uint64_t samples = table->open ? static_cast<uint64_t>(batch) : 1;
    return samples > 0 && table->flopsPerSample >= (leastSharedFlops + samples - 1) / samples;
  }

  void execute(const void *const *from, void *const *to, int64_t batch) {
    nnc_call call = {sizeof call, 0, batch, from, to, model->packed.get(), workspace.get()};
    if (isShared(batch) && (parallelFor.run ? runOn(parallelFor, call) : runOnPool(call)))
      return;
    for (uint32_t phase = 0, phases = variant->phases(&call, 1); phase < phases; ++phase)
      variant->run_part(&call, phase, 0, 1);
  }

  /// One region of the pool for the whole call, with a barrier of its own between phases. False if the pool is busy.
  bool runOnPool(const nnc_call &call) {
    struct Region {
      const State &state;
      const nnc_call &call;
      uint32_t phases;
      std::atomic<uint32_t> arrived{0};
    } region{*this, call, variant->phases(&call, parts)};
    return ThreadPool::shared().tryRun(
        parts,
        [](void *context, uint32_t part) {
          auto &region = *static_cast<Region *>(context);
          uint32_t parts = region.state.parts;
          for (uint32_t phase = 0; phase < region.phases; ++phase) {
            if (phase > 0) {
              region.arrived.fetch_add(1, std::memory_order_acq_rel);
              for (SpinWait wait; region.arrived.load(std::memory_order_acquire) < phase * parts;)
                wait.pause();
            }
            region.state.variant->run_part(&region.call, phase, part, parts);
          }
        },
        &region);
  }

  bool runOn(const ParallelFor &parallel, const nnc_call &call) {
    struct Phase {
      const State &state;
      const nnc_call &call;
      uint32_t phase;
    } context{*this, call, 0};
    for (uint32_t phases = variant->phases(&call, parts); context.phase < phases; ++context.phase)
      parallel.run(
          parallel.self, parts,
          [](void *context, uint32_t part) {
            auto &phase = *static_cast<Phase *>(context);
            phase.state.variant->run_part(&phase.call, phase.phase, part, phase.state.parts);
          },
          &context);
    return true;
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
  runner->variant = table.variant;
  runner->maxBatch = options.maxBatch;
  runner->parts = static_cast<uint32_t>(options.threads);
  runner->parallelFor = options.parallelFor;
  runner->leastSharedFlops = options.leastSharedFlops;
  if (!options.parallelFor.run && runner->parts > 1 && !ThreadPool::shared().reserve(runner->parts - 1))
    return Error(StatusCode::System, "the system gave fewer than " + std::to_string(options.threads) + " threads");
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
  uint64_t bytes;
  if (__builtin_mul_overflow(table.variant->part_workspace_size, uint64_t(runner->parts), &bytes) ||
      __builtin_add_overflow(bytes, table.variant->shared_workspace_size, &bytes) ||
      !(runner->workspace = allocateAligned(bytes, table.variant->workspace_alignment)))
    return Error(StatusCode::System, "no memory for the workspace of " + std::to_string(runner->parts) + " parts of " +
                                         std::to_string(table.variant->part_workspace_size) + " bytes each");
  return Runner(std::move(runner));
}

Status Runner::run(const float *x, float *y, int64_t batch) {
  if (!state->simple)
    return state->fail("model %s has not one f32 input and one f32 output; run it with lists of pointers",
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
  state->execute(inputs, outputs, batch);
  return {};
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
