// CudaEveryCallTest FOLDER: every call of the driver fails, each time that it is called and with each result. Needs the
// software GPU.

#include "test/runtime/cuda/CudaFailure.h"

#include <map>

using namespace nnc;

namespace {

/// The n-th call of a function gives a result.
struct Failure {
  std::string function;
  uint32_t nth;
  int code;
  const char *says;

  std::string str() const { return function + " " + std::to_string(nth) + " gives " + std::to_string(code); }

  bool saysLost() const { return code == 700 || code == 702; }
  /// Whether it is a call in a context, which the code then loses.
  bool losesContext() const {
    for (const char *word : {"cuDevice", "cuCtx", "cuGraphCreate", "cuGraphDestroy", "cuGraphExecDestroy"})
      if (function.rfind(word, 0) == 0)
        return false;
    return saysLost();
  }
  /// Whether it is called when objects end too, where nobody can be told.
  bool mayBeSilent() const {
    for (const char *word : {"Free", "Destroy", "Release", "Unload", "CtxPush", "CtxPop"})
      if (function.find(word) != std::string::npos)
        return true;
    return false;
  }
  /// Whether the driver keeps something that it did not take back.
  bool mayLeave() const { return mayBeSilent() && function.find("CtxPush") == std::string::npos; }
};

class EveryCall : public CudaFailure {
protected:
  /// All failures there can be in one life.
  std::vector<Failure> failuresOfALife() {
    static const char *const functions[] = {
#define NNC_CUDA_ENTRY(name, symbol, ...) #symbol,
    // The types are not needed.
#include "cuda/DriverEntries.def"
    };
    listGpus().orThrow(); // the driver starts once in a process, with calls whose failures CudaFailureTest tests
    std::map<std::string, uint64_t> before;
    for (const char *function : functions)
      before[function] = gpu.calls(function);
    EXPECT_FALSE(live());
    std::vector<Failure> failures;
    for (const char *function : functions)
      for (uint32_t nth = 1; nth <= gpu.calls(function) - before[function]; ++nth)
        for (auto &[code, says] : results)
          failures.push_back({function, nth, code, says});
    return failures;
  }

  /// A life with the failure; whether it was told is its error.
  std::optional<Error> liveWith(const Failure &failure) {
    gpu.failCall(failure.function.c_str(), failure.nth, failure.code);
    std::optional<Error> error = live();
    EXPECT_TRUE(error || failure.mayBeSilent());
    if (error) {
      EXPECT_EQ(error->code(), StatusCode::System);
      EXPECT_NE(error->message().find(failure.says), std::string::npos) << error->message();
      EXPECT_EQ(isLoss(*error), failure.saysLost()) << error->message();
      // A context that is lost where nobody is told shows at the next call.
      bool isNamed = error->message().find("(" + failure.function + ": ") != std::string::npos;
      EXPECT_TRUE(isNamed || (failure.mayBeSilent() && failure.losesContext())) << error->message();
    }
    return error;
  }

  /// Takes back, as only a test can, what a failed release left in the driver.
  void takeBackWhatIsLeft() {
    auto pop = gpu.find<int (*)(void **)>("cuCtxPopCurrent_v2");
    auto release = gpu.find<int (*)(int)>("cuDevicePrimaryCtxRelease_v2");
    void *context = nullptr;
    while (pop(&context) == 0)
      ;
    while (release(0) == 0)
      ;
  }
};

} // namespace

TEST_F(EveryCall, failsAndAllIsTakenBack) {
  std::vector<Failure> failures = failuresOfALife();
  EXPECT_GT(failures.size(), 2000u);
  for (const Failure &failure : failures) {
    SCOPED_TRACE(failure.str());
    int64_t alive = gpu.live(nullptr);
    liveWith(failure);
    if (failure.mayLeave())
      takeBackWhatIsLeft();
    else
      ASSERT_EQ(gpu.live(nullptr), alive);
    std::optional<Error> after = live();
    ASSERT_FALSE(after) << after->message();
  }
}

TEST_F(EveryCall, leavesAnotherModelSoundOrLost) {
  std::vector<Failure> failures;
  {
    Model model = Model::fromTable(&table.model, weightsFile, "cuda");
    failures = failuresOfALife();
  }
  EXPECT_GT(failures.size(), 2000u);
  for (const Failure &failure : failures) {
    SCOPED_TRACE(failure.str());
    {
      Model model = Model::fromTable(&table.model, weightsFile, "cuda");
      Runner runner = makeRunner(model);
      int64_t alive = gpu.live(nullptr);
      liveWith(failure);
      // In a context that is in use nothing may wait for its end.
      if (!failure.mayBeSilent() && !failure.losesContext()) {
        ASSERT_EQ(gpu.live(nullptr), alive);
      }
      std::optional<Error> next = run(runner, 3);
      ASSERT_EQ(next.has_value(), failure.losesContext()) << (next ? next->message() : "");
      ASSERT_TRUE(!next || isLoss(*next)) << next->message();
    }
    takeBackWhatIsLeft();
  }
}

int main(int argc, char **argv) { return runTests(argc, argv); }
