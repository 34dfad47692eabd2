//===- measure-error.cpp - errors of the definitions over all floats ------===//
//
// nnc-measure-error [--stride N]: compares each function with f64 on every N-th of the 2^32 floats (all by default),
// prints the largest error in ULP and where it is, as a table in Markdown, and fails if one is above its stated bound
// or cannot be measured.
//
//===----------------------------------------------------------------------===//

#include "compiler/numerics/Builder.h"
#include "compiler/numerics/Elementwise.h"
#include "compiler/numerics/Exp.h"
#include "compiler/numerics/Log.h"

#include <algorithm>
#include <cinttypes>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <iterator>
#include <limits>
#include <string_view>
#include <thread>
#include <vector>

using namespace nnc::numerics;

namespace {

struct Function {
  const char *name; ///< constants in parentheses where they are not PyTorch's defaults
  double bound;     ///< ULP
  float (*defined)(float);
  double (*exact)(double);
};

PlainFloat b;

constexpr double seluAlpha = 1.6732632423543772848170429916717, seluScale = 1.0507009873554804934193349852946;

double exactSigmoid(double x) { return x < 0 ? std::exp(x) / (1 + std::exp(x)) : 1 / (1 + std::exp(-x)); }

double exactSoftplus(double x) { return std::fmax(x, 0.0) + std::log1p(std::exp(-std::fabs(x))); }

double exactGeluTanh(double x) {
  // 2 sqrt(2/pi)
  return x * exactSigmoid(1.5957691216057307117597842397375 * (x + 0.044715 * x * x * x));
}

/// x tanh(softplus(x)) without the rounding of the softplus, which is e^x where that is small.
double exactMish(double x) {
  double e = std::exp(std::fmin(x, 40.0)), product = e * (e + 2);
  return x * (product / (product + 2));
}

/// By the series up to x^17 where x - tanh(x) cancels.
double exactTanhshrink(double x) {
  if (std::fabs(x) > 0.2)
    return x - std::tanh(x);
  double square = x * x, sum = 0;
  for (double coefficient : {-6404582.0 / 10854718875, 929569.0 / 638512875, -21844.0 / 6081075, 1382.0 / 155925,
                             -62.0 / 2835, 17.0 / 315, -2.0 / 15, 1.0 / 3})
    sum = sum * square + coefficient;
  return x * square * sum;
}

double clamped(double x, double low, double high) { return x < low ? low : high < x ? high : x; }

const Function functions[] = {
    {"celu", 1.0, [](float x) { return celu(b, x, 1); }, [](double x) { return x < 0 ? std::expm1(x) : x; }},
    {"celu(2)", 1.5, [](float x) { return celu(b, x, 2); }, [](double x) { return x < 0 ? 2 * std::expm1(x / 2) : x; }},
    {"elu", 1.0, [](float x) { return elu(b, x, 1); }, [](double x) { return x < 0 ? std::expm1(x) : x; }},
    {"exp", 1.0, [](float x) { return exp(b, x); }, [](double x) { return std::exp(x); }},
    {"gelu", 6.0, [](float x) { return gelu(b, x); },
     [](double x) { return x * (std::erfc(-x * 0.70710678118654752440) / 2); }},
    {"gelu_tanh", 3.0, [](float x) { return geluTanh(b, x); }, [](double x) { return exactGeluTanh(x); }},
    {"hardshrink", 0.0, [](float x) { return hardshrink(b, x, 0.5f); },
     [](double x) { return std::fabs(x) <= 0.5 ? 0.0 : x; }},
    {"hardsigmoid", 1.5, [](float x) { return hardsigmoid(b, x); }, [](double x) { return clamped(x + 3, 0, 6) / 6; }},
    {"hardswish", 2.5, [](float x) { return hardswish(b, x); },
     [](double x) { return x * (clamped(x + 3, 0, 6) / 6); }},
    {"hardtanh", 0.0, [](float x) { return hardtanh(b, x, -1, 1); }, [](double x) { return clamped(x, -1, 1); }},
    {"leaky_relu", 0.5, [](float x) { return leakyRelu(b, x, 0.01f); }, [](double x) { return x > 0 ? x : x * 0.01f; }},
    {"log", 1.0, [](float x) { return log(b, x); }, [](double x) { return std::log(x); }},
    {"logsigmoid", 1.5, [](float x) { return logsigmoid(b, x); }, [](double x) { return -exactSoftplus(-x); }},
    {"mish", 3.5, [](float x) { return mish(b, x); }, [](double x) { return exactMish(x); }},
    {"relu", 0.0, [](float x) { return relu(b, x); }, [](double x) { return x < 0 ? 0.0 : x; }},
    {"relu6", 0.0, [](float x) { return relu6(b, x); }, [](double x) { return clamped(x, 0, 6); }},
    {"selu", 1.5, [](float x) { return selu(b, x); },
     [](double x) { return seluScale * (x < 0 ? seluAlpha * std::expm1(x) : x); }},
    {"sigmoid", 2.0, [](float x) { return sigmoid(b, x); }, [](double x) { return exactSigmoid(x); }},
    {"silu", 3.0, [](float x) { return silu(b, x); }, [](double x) { return x * exactSigmoid(x); }},
    {"softplus", 1.5, [](float x) { return softplus(b, x, 1, 20); },
     [](double x) { return x > 20 ? x : exactSoftplus(x); }},
    {"softshrink", 0.5, [](float x) { return softshrink(b, x, 0.5f); },
     [](double x) { return x - clamped(x, -0.5, 0.5); }},
    {"softsign", 1.5, [](float x) { return softsign(b, x); }, [](double x) { return x / (1 + std::fabs(x)); }},
    {"tanh", 2.0, [](float x) { return tanh(b, x); }, [](double x) { return std::tanh(x); }},
    {"tanhshrink", 3.5, [](float x) { return tanhshrink(b, x); }, [](double x) { return exactTanhshrink(x); }},
    {"threshold(0.1, 20)", 0.0, [](float x) { return threshold(b, x, 0.1f, 20.0f); },
     [](double x) { return x <= 0.1f ? 20.0 : x; }},
};

/// The distance of neighbouring floats at `value`, subnormal ones included.
double ulpAt(double value) {
  int exponent = value == 0 ? -149 : std::max(std::ilogb(value) - 23, -149);
  return std::ldexp(1.0, exponent);
}

/// Error of `result` in ULP of the exact value. Where the exact value rounds to infinity, so must the result.
double errorInUlp(float result, double exact) {
  if (std::isnan(exact) || std::isnan(result))
    return std::isnan(exact) && std::isnan(result) ? 0 : std::numeric_limits<double>::infinity();
  // Infinity counts as the next float after the largest.
  constexpr double next = 0x1p128;
  double bounded = std::clamp(exact, -next, next);
  double value = std::isinf(result) ? std::copysign(next, result) : static_cast<double>(result);
  if (value == bounded)
    return 0;
  return std::fabs(value - bounded) / std::min(ulpAt(bounded), 0x1p104);
}

struct Worst {
  double error = 0;
  float at = 0;
};

Worst measure(const Function &function, uint64_t first, uint64_t last, uint64_t stride) {
  Worst worst;
  for (uint64_t bits = first; bits < last; bits += stride) {
    float x = b.fromBits(static_cast<int32_t>(bits));
    double error = errorInUlp(function.defined(x), function.exact(x));
    if (error > worst.error)
      worst = {error, x};
  }
  return worst;
}

/// Whether each element function is in the table above.
bool allAreMeasured() {
  bool all = true;
  visitElementFunctions([&](std::string_view name, size_t, auto) {
    auto isIt = [&](const Function &f) {
      std::string_view row = f.name;
      return row.substr(0, row.find('(')) == name;
    };
    if (std::none_of(std::begin(functions), std::end(functions), isIt)) {
      std::fprintf(stderr, "nnc-measure-error: %.*s has no f64 definition here\n", int(name.size()), name.data());
      all = false;
    }
  });
  return all;
}

} // namespace

int main(int argc, char **argv) {
  std::vector<std::string_view> arguments(argv + 1, argv + argc);
  uint64_t stride = 1;
  if (arguments.size() >= 2 && arguments[0] == "--stride") {
    stride = std::strtoull(argv[2], nullptr, 10);
    arguments.erase(arguments.begin(), arguments.begin() + 2);
  }
  auto isKnown = [](std::string_view name) {
    return std::any_of(std::begin(functions), std::end(functions), [&](const Function &f) { return f.name == name; });
  };
  if (stride == 0 || !std::all_of(arguments.begin(), arguments.end(), isKnown)) {
    std::fprintf(stderr, "usage: nnc-measure-error [--stride N] [FUNCTION...]\n");
    return 2;
  }
  if (stride == 1)
    std::printf("All floats.\n\n");
  else
    std::printf("Every %" PRIu64 ". float.\n\n", stride);
  std::printf("| function | largest error, ULP | bound | at |\n|---|---|---|---|\n");
  bool good = allAreMeasured();
  for (const Function &function : functions) {
    if (!arguments.empty() && std::find(arguments.begin(), arguments.end(), function.name) == arguments.end())
      continue;
    unsigned count = std::max(1u, std::thread::hardware_concurrency());
    std::vector<Worst> results(count);
    std::vector<std::thread> threads;
    // Thread i takes every count-th float, so that all have as many hard ones.
    for (unsigned i = 0; i < count; ++i)
      threads.emplace_back([&, i] { results[i] = measure(function, i * stride, uint64_t(1) << 32, count * stride); });
    for (std::thread &thread : threads)
      thread.join();
    Worst worst = *std::max_element(results.begin(), results.end(),
                                    [](const Worst &a, const Worst &b) { return a.error < b.error; });
    std::printf("| %s | %.4f | %.1f | %.9g |\n", function.name, worst.error, function.bound, worst.at);
    std::fflush(stdout);
    good &= worst.error <= function.bound;
  }
  return good ? 0 : 1;
}
