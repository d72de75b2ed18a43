#!/usr/bin/env bash
# Hosts as others build them: installed, found by CMake and by pkg-config, static and shared.
set -eu
build=$FERMATA_BUILD root=$FERMATA_ROOT
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0 failed=0
log=$work/log
# check NAME COMMAND...: whether it succeeds, and says so where it counts.
check() {
  local name=$1
  shift
  if "$@" >"$log" 2>&1; then passed=$((passed + 1)); else
    failed=$((failed + 1)); echo "$name:"; tail -30 "$log"
  fi
}
consumers=$root/tests/consumers
prefix=$work/prefix
if [ ! -e "$build/libfermata.a" ]; then
  echo "0 passed, 0 failed"
  exit
fi
check "install" cmake --install "$build" --prefix "$prefix"
check "the headers of the inside stay there" test ! -e "$prefix/include/fermata/instance.hpp"

check "find_package configures" cmake -S "$consumers/find_package" -B "$work/found" -DCMAKE_PREFIX_PATH="$prefix"
check "find_package builds" cmake --build "$work/found"
check "embedding 1.1: a host without exceptions and RTTI" "$work/found/host"
check "embedding 1.1: a C host, by the shared library" env LD_LIBRARY_PATH="$prefix/lib" "$work/found/c_host"

export PKG_CONFIG_PATH=$(dirname "$(find "$prefix" -name fermata.pc)")
lib=$(dirname "$PKG_CONFIG_PATH")
sed -i "s|^prefix=.*|prefix=$prefix|" "$PKG_CONFIG_PATH/fermata.pc"
check "pkg-config, static" bash -c "cc -std=c11 -Wall -Wextra -Werror '$consumers/c_host/host.c' -o '$work/c' \
  \$(pkg-config --cflags fermata) '$lib/libfermata.a' -lstdc++ -lm \$(pkg-config --libs --static fermata | sed 's/-lfermata//')"
check "a C host, linked statically" "$work/c"
check "the shared library shows the C interface only" bash -c \
  "! nm -D --defined-only '$lib/libfermata.so' | grep ' [TDBRVW] ' | grep -v ' fermata_'"
check "its name has the major version" bash -c "readelf -d '$lib/libfermata.so' | grep -q 'SONAME.*libfermata.so.0'"

if pkg-config --exists libuv; then
  check "a host with libuv builds" g++ -std=c++20 "$consumers/libuv/host.cpp" -o "$work/uv" -I"$prefix/include" \
    -L"$lib" -lfermata $(pkg-config --cflags --libs libuv)
  check "complaint 18 (moonbitlang/async 526): in libuv's loop" env LD_LIBRARY_PATH="$lib" "$work/uv" \
    "$root"/tests/sched/data/*.scm
fi
if pkg-config --exists guile-3.0; then
  check "a host with Guile builds" cc "$consumers/guile/host.c" -o "$work/guile" -I"$prefix/include" \
    -L"$lib" -lfermata $(pkg-config --cflags --libs guile-3.0)
  export GUILE_AUTO_COMPILE=0
  check "complaint 19 (bdwgc 552): libgc is shared, we came first" env LD_LIBRARY_PATH="$lib" "$work/guile"
  check "complaint 19 (bdwgc 552): libgc is shared, Guile came first" env LD_LIBRARY_PATH="$lib" "$work/guile" guile
fi
check "add_subdirectory configures" cmake -S "$consumers/add_subdirectory" -B "$work/sub" -DFERMATA_ROOT="$root" \
  -DCMAKE_CXX_COMPILER_LAUNCHER="$(command -v ccache || true)"
if [ -n "${FERMATA_LONG_TESTS:-}" ]; then
  check "add_subdirectory builds" cmake --build "$work/sub" -j2
  check "add_subdirectory runs" "$work/sub/host"
fi
echo "$passed passed, $failed failed"
