# Sourced by tools/demo and tools/check: builds in build/, silently unless it fails.

# nnc_build ON|OFF TARGET...: with or without the tests, which need more packages.
nnc_build() {
  tests=$1
  shift
  mkdir -p build
  log=build/build.log
  first=$([ -e build/build.ninja ] || echo yes)
  [ -z "$first" ] || echo "Building nnc; this takes a minute or two the first time."
  if cmake -S . -B build -G Ninja -DNNC_WERROR=ON -DNNC_BUILD_TESTS=$tests >$log 2>&1 && ninja -C build "$@" >>$log 2>&1; then
    return 0
  fi
  cat $log >&2
  echo "The build failed; the log is $log" >&2
  return 1
}
