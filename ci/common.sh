# Shared by ./dev and the scripts under ci/. Sourced with the repository's root as working directory.
# shellcheck shell=bash

export LC_ALL=C.UTF-8
export HOME=${HOME:-/root}
export CCACHE_SLOPPINESS=pch_defines,time_macros
jobs=$(nproc)
# shellcheck disable=SC1091
debian_release=$(. /etc/os-release 2>/dev/null && echo "${VERSION_ID:-0}")
clang_version=$([[ $debian_release = 12 ]] && echo 14 || echo 19)

# The packages of one purpose, for the Debian release at hand.
packages_of() {
  case $1 in
    build)
      echo g++ cmake ninja-build pkgconf ccache mold tzdata ca-certificates \
        librdkafka-dev libsimdjson-dev libsqlite3-dev libpq-dev libssl-dev libzstd-dev libfmt-dev \
        libspdlog-dev libcli11-dev libtomlplusplus-dev libcpp-httplib-dev prometheus-cpp-dev libabsl-dev
      ;;
    unit) echo libgtest-dev libgmock-dev ;;
    bench) echo libbenchmark-dev python3 ;;
    fuzz) echo "clang-$clang_version" "libclang-rt-$clang_version-dev" "llvm-$clang_version" ;;
    lint) echo shellcheck yamllint python3 "clang-format-$clang_version" ;;
    kafka) echo maven default-jre-headless kcat openssl python3-jsonschema python3-yaml ;;
    postgres) echo postgresql ;;
    deploy) echo prometheus prometheus-alertmanager docker-compose systemd binutils python3 python3-yaml ;;
    helm) echo golang-go ca-certificates python3 python3-yaml ;;
    integration) echo python3 curl openssl procps iproute2 sqlite3 ;;
    package) echo dpkg-dev lintian ;;
    container) echo buildah runc mmdebstrap python3 ;;
    *) echo "no package list named $1" >&2; return 1 ;;
  esac
}

# need_packages PURPOSE... : installs what is missing in one go, or says how and exits 75.
need_packages() {
  local purpose package wanted=() missing=() installed
  for purpose in "$@"; do
    read -ra packages <<<"$(packages_of "$purpose")"
    wanted+=("${packages[@]}")
  done
  command -v dpkg-query >/dev/null || return 0  # not Debian: CMake names what it does not find
  installed=$(dpkg-query -W -f '${Package} ${db:Status-Status}\n' "${wanted[@]}" 2>/dev/null |
    sed -n 's/ installed$//p') || true
  for package in "${wanted[@]}"; do
    grep -qxF "$package" <<<"$installed" || missing+=("$package")
  done
  ((${#missing[@]})) || return 0
  if [[ $(id -u) != 0 ]]; then
    echo "These packages are missing; run this, then try again:" >&2
    echo "  sudo apt-get install --no-install-recommends ${missing[*]}" >&2
    exit 75
  fi
  install_packages "${missing[@]}"
}

# Debian's packages of servers start them on their default ports; a policy that says no is put up
# for the time of the installation, unless the machine has a policy of its own.
install_packages() {
  local policy=/usr/sbin/policy-rc.d ours=0 log status=0
  log=$(mktemp)
  echo "installing $# packages: $*" >&2
  if [[ ! -e $policy ]]; then
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod +x "$policy"
    ours=1
  fi
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq \
    --no-install-recommends -o DPkg::Lock::Timeout=300 "$@"; } </dev/null >"$log" 2>&1 || status=$?
  ((ours == 0)) || rm -f "$policy"
  if ((status != 0)); then
    tail -n 30 "$log" >&2
    echo "installing packages failed" >&2
    rm -f "$log"
    exit 75
  fi
  rm -f "$log"
}

# clang_tool NAME : the path of clang-format, clang++ or llvm-symbolizer in the version we use.
clang_tool() {
  command -v "$1-$clang_version" || command -v "$1" || {
    echo "$1 not found" >&2
    return 1
  }
}

cpp_files() {
  find alerts app bench ingest model processors storage tests web \
    \( -name '*.cc' -o -name '*.h' \) 2>/dev/null | sort
}

# configure PRESET [CMAKE-ARGUMENT...] : into build/PRESET, with ccache where it is installed.
configure() {
  local preset=$1 launcher=
  shift
  launcher=$(command -v ccache) || true
  cmake --preset "$preset" -DCMAKE_CXX_COMPILER_LAUNCHER="$launcher" "$@" >"build/$preset.configure.log" 2>&1 || {
    cat "build/$preset.configure.log" >&2
    return 1
  }
}

# compile PRESET [TARGET...]
compile() {
  local preset=$1
  shift
  ninja -C "build/$preset" -j "$jobs" -k 20 "$@"
}

# build_program [CMAKE-ARGUMENT...] : leaves the optimised program at build/parkwatch. A running one
# keeps its own file.
build_program() {
  need_packages build
  mkdir -p build
  configure release -DPARKWATCH_TESTS=OFF "$@"
  compile release
  cp build/release/parkwatch build/parkwatch.new
  mv build/parkwatch.new build/parkwatch
}

# build_simulation : leaves the seeded trials at build/release/parkwatch_simulation.
build_simulation() {
  need_packages build unit
  mkdir -p build/log
  configure release -DPARKWATCH_TESTS=ON
  compile release parkwatch_simulation
}

# gtest_totals NAME LOG STATUS : the last line of a script that ran a program of googletest; fails when a test failed, the
# program died or no test ran.
gtest_totals() {
  local name=$1 log=$2 status=$3 passed failed
  passed=$(grep -c '^\[       OK \]' "$log") || true
  failed=$(grep -c '^\[  FAILED  \].* ([0-9]* ms)$' "$log") || true
  ((status == 0 || failed > 0)) || failed=1
  ((passed > 0)) || failed=$((failed + 1))
  echo "$name: $passed passed, $failed failed, 0 skipped"
  ((failed == 0))
}

# build_tests TARGET : a program of tests in $build, that of PARKWATCH_BUILD_DIR or our own release build.
build_tests() {
  build=${PARKWATCH_BUILD_DIR:-$PWD/build/release}
  [[ $build != "$PWD/build/release" ]] || configure release -DPARKWATCH_TESTS=ON
  cmake --build "$build" --target "$1"
}

# try NAME COMMAND... : one test; counts in `passed` and `failed`, keeps the output in "$work/output" and shows it when
# the command fails.
try() {
  local name=$1
  shift
  # shellcheck disable=SC2154 # the script that counts has made its folder
  if "$@" >"$work/output" 2>&1; then
    passed=$((passed + 1))
    echo "ok: $name"
  else
    failed=$((failed + 1))
    echo "FAILED: $name"
    sed 's/^/  /' "$work/output"
  fi
}
