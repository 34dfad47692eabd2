# Sourced by tools/demo and tools/check: installs what is missing of Debian's packages.

# What the build needs.
nnc_build_packages="g++ cmake ninja-build libmlir-22-dev mlir-22-tools llvm-22-dev liblld-22-dev zlib1g-dev libzstd-dev nlohmann-json3-dev libxxhash-dev"
# What the tests need on top.
nnc_test_packages="llvm-22-tools libgtest-dev libtbb-dev python3 gcc clang-22 clang-format-22 qemu-user-static gcc-aarch64-linux-gnu libc6-dev-arm64-cross"

nnc_fail() {
  echo "$*" >&2
  exit 3
}

nnc_is_installed() { [ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

# nnc_install PACKAGE...: says what it installs and how much that downloads; does nothing if all is there.
nnc_install() {
  missing=""
  if command -v dpkg-query >/dev/null; then
    for package; do nnc_is_installed "$package" || missing="$missing $package"; done
  else
    nnc_fail "This is not Debian. nnc needs what these Debian 12 packages give: $*.
With them in place, build by hand: cmake -S . -B build -G Ninja && ninja -C build"
  fi
  [ -n "$missing" ] || return 0

  sudo=""
  if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null || nnc_fail "These packages are missing, and installing them needs root or sudo:$missing"
    sudo="sudo"
  fi
  echo "Missing Debian packages:$missing"
  # A package list that is old or not there yet knows neither sizes nor newer packages.
  $sudo apt-get -qq update || nnc_fail "apt-get update failed: are Debian's package servers to be reached? Needed:$missing"
  plan=$($sudo apt-get install --no-install-recommends --print-uris -y $missing 2>&1) ||
    nnc_fail "Debian does not offer all of:$missing
nnc needs LLVM and MLIR 22.1, which Debian 12 has in its security archive. apt-get says:
$plan"
  echo "Installing them:"
  echo "$plan" | grep -E '^(Need to get|After this operation)' | sed 's/^/  /'
  # Nothing may ask a question.
  $sudo env DEBIAN_FRONTEND=noninteractive apt-get -qq install --no-install-recommends -y $missing >/dev/null ||
    nnc_fail "apt-get could not install:$missing"
}
