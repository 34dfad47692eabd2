//===- MachineLoops.cpp - loops that do nothing but keep a core busy ------===//

#include "tools/common/MachineLoops.h"

#include <utility>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

//===----------------------------------------------------------------------===//
// Fused multiply-adds: 12 chains cover the latency of 4 cycles at 2 a cycle.
//===----------------------------------------------------------------------===//

#if defined(__x86_64__)
static constexpr int chains = 12;

// The empty assembly keeps each chain in its register and from being computed at once.
#define NNC_EACH_CHAIN(step)                                                                                           \
  step(0) step(1) step(2) step(3) step(4) step(5) step(6) step(7) step(8) step(9) step(10) step(11)

__attribute__((target("avx512f"))) static void fma512(long rounds) {
  __m512 a[chains], x = _mm512_set1_ps(0.999f), y = _mm512_set1_ps(0.001f);
  for (__m512 &chain : a)
    chain = y;
  for (long i = 0; i < rounds; ++i) {
#define NNC_STEP(n)                                                                                                    \
  a[n] = _mm512_fmadd_ps(a[n], x, y);                                                                                  \
  __asm__ volatile("" : "+v"(a[n]));
    NNC_EACH_CHAIN(NNC_STEP)
#undef NNC_STEP
  }
}

__attribute__((target("avx2,fma"))) static void fma256(long rounds) {
  __m256 a[chains], x = _mm256_set1_ps(0.999f), y = _mm256_set1_ps(0.001f);
  for (__m256 &chain : a)
    chain = y;
  for (long i = 0; i < rounds; ++i) {
#define NNC_STEP(n)                                                                                                    \
  a[n] = _mm256_fmadd_ps(a[n], x, y);                                                                                  \
  __asm__ volatile("" : "+x"(a[n]));
    NNC_EACH_CHAIN(NNC_STEP)
#undef NNC_STEP
  }
}

__attribute__((target("avx2,fma"))) static void fmaChain(long rounds) {
  __m256 a = _mm256_set1_ps(0.001f), x = _mm256_set1_ps(0.999f), y = a;
  for (long i = 0; i < rounds; ++i) {
    a = _mm256_fmadd_ps(a, x, y);
    __asm__ volatile("" : "+x"(a));
  }
}
#endif

FmaLoop findFmaLoop(std::string_view level) {
#if defined(__x86_64__)
  if (level == "x86-64-v4")
    return {fma512, 2.0 * 16 * chains};
  if (level == "x86-64-v3")
    return {fma256, 2.0 * 8 * chains};
#endif
  (void)level;
  return {};
}

void (*findFmaChain())(long) {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("fma"))
    return fmaChain;
#endif
  return nullptr;
}

//===----------------------------------------------------------------------===//
// Reading: loads whose results nobody waits for.
//===----------------------------------------------------------------------===//

/// A cache line, in vectors of `width` bytes.
template <int width> static inline void readLine(const char *line) {
#if defined(__x86_64__)
  if constexpr (width == 64)
    __asm__ volatile("vmovaps (%0), %%zmm0" : : "r"(line) : "xmm0");
  else if constexpr (width == 32)
    __asm__ volatile("vmovaps (%0), %%ymm0\n\tvmovaps 32(%0), %%ymm0" : : "r"(line) : "xmm0");
  else
    __asm__ volatile("movaps (%0), %%xmm0\n\tmovaps 16(%0), %%xmm0\n\tmovaps 32(%0), %%xmm0\n\tmovaps 48(%0), %%xmm0"
                     :
                     : "r"(line)
                     : "xmm0");
#elif defined(__aarch64__)
  __asm__ volatile("ldp q0, q1, [%0]\n\tldp q0, q1, [%0, #32]" : : "r"(line) : "v0", "v1");
#else
  for (int word = 0; word < 64; word += 8)
    (void)*reinterpret_cast<const volatile unsigned long long *>(line + word);
#endif
}

template <int width, int ahead, size_t... line>
static inline void readLines(const char *at, std::index_sequence<line...>) {
  (readLine<width>(at + 64 * line), ...);
  if constexpr (ahead > 0)
    (__builtin_prefetch(at + ahead + 64 * line), ...);
}

/// Several parts of the data at once, so many lines of each in turn: the hardware reads ahead in each page.
template <int width, size_t lines, int ahead, size_t... part>
static inline void readParts(const char *data, size_t bytes, std::index_sequence<part...>) {
  constexpr size_t parts = sizeof...(part), step = 64 * lines;
  static_assert(readGranule % (parts * step) == 0);
  size_t size = bytes / parts;
  for (size_t at = 0; at < size; at += step)
    (readLines<width, ahead>(data + part * size + at, std::make_index_sequence<lines>()), ...);
#if defined(__x86_64__)
  if constexpr (width > 16)
    __asm__ volatile("vzeroupper"); // no later SSE instruction waits for the upper halves
#endif
}

template <int width, size_t parts, size_t lines, int ahead> static void read(const char *data, size_t bytes) {
  readParts<width, lines, ahead>(data, bytes, std::make_index_sequence<parts>());
}

template <int width> static std::vector<ReadLoop> readLoops() {
  return {read<width, 4, 4, 0>, read<width, 4, 2, 0>, read<width, 1, 16, 0>, read<width, 8, 2, 2048>};
}

std::vector<ReadLoop> findReadLoops() {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f"))
    return readLoops<64>();
  if (__builtin_cpu_supports("avx"))
    return readLoops<32>();
#endif
  return readLoops<16>();
}
