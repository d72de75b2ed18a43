#!/usr/bin/env bash
# Hosts as others build them: Fermata is installed, found by CMake and by pkg-config, static and
# shared.  from_sources_test.sh is for those that have its sources.
set -eu
build=$FERMATA_BUILD root=$FERMATA_ROOT
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
. "$(dirname "$0")/../checks.sh"
consumers=$root/tests/consumers
prefix=$work/prefix
if [ ! -e "$build/libfermata.a" ]; then
  echo "0 passed, 0 failed"
  exit
fi
succeeds "install" cmake --install "$build" --prefix "$prefix"
succeeds "the headers of the inside stay there" test ! -e "$prefix/include/fermata/instance.hpp"

succeeds "complaint 17 (luau 926): find_package configures" cmake -S "$consumers/find_package" -B "$work/found" -DCMAKE_PREFIX_PATH="$prefix"
succeeds "find_package builds" cmake --build "$work/found"
succeeds "embedding 1.1: a host without exceptions and RTTI" "$work/found/host"
succeeds "embedding 1.1: a C host, by the shared library" env LD_LIBRARY_PATH="$prefix/lib" "$work/found/c_host"

compiled=$consumers/compiled
succeeds "a program is embedded: configures" cmake -S "$compiled" -B "$work/compiled" -DCMAKE_PREFIX_PATH="$prefix"
succeeds "a program is embedded: builds" cmake --build "$work/compiled"
succeeds "embedding 1.1: precompiled code, embedded by CMake" "$work/compiled/host"
cp -r "$compiled" "$work/wrong"
cmake -S "$work/wrong" -B "$work/wrong/build" -DCMAKE_PREFIX_PATH="$prefix" >"$work/log"
echo '(define (name of) (let ((x)) x))' >"$work/wrong/data/names.scm"
refused_in_the_build() { ! cmake --build "$work/wrong/build" >"$work/refused" 2>&1 && grep -q "^data/names.scm:1:" "$work/refused"; }
succeeds "what the expander refuses fails the build" refused_in_the_build

export PKG_CONFIG_PATH=$(dirname "$(find "$prefix" -name fermata.pc)")
lib=$(dirname "$PKG_CONFIG_PATH")
sed -i "s|^prefix=.*|prefix=$prefix|" "$PKG_CONFIG_PATH/fermata.pc"
succeeds "pkg-config, static" bash -c "cc -std=c11 -Wall -Wextra -Werror '$consumers/c_host/host.c' -o '$work/c' \
  \$(pkg-config --cflags fermata) '$lib/libfermata.a' -lstdc++ -lm \$(pkg-config --libs --static fermata | sed 's/-lfermata//')"
succeeds "a C host, linked statically" "$work/c"
succeeds "the shared library shows the C interface only" bash -c \
  "! nm -D --defined-only '$lib/libfermata.so' | grep ' [TDBRVW] ' | grep -v ' fermata_'"
# A change that hosts would notice is recorded on purpose: tests/api/abi.sh BUILD >tests/api/abi.txt
succeeds "embedding 1.1: the binary interface is the one recorded" bash -c "
  '$root/tests/api/abi.sh' '$build' | diff '$root/tests/api/abi.txt' -"
succeeds "embedding 1.1: the name of the shared library has the major version" bash -c "readelf -d '$lib/libfermata.so' | grep -q 'SONAME.*libfermata.so.0'"

if pkg-config --exists libuv; then
  succeeds "a host with libuv builds" g++ -std=c++20 "$consumers/libuv/host.cpp" -o "$work/uv" -I"$prefix/include" \
    -L"$lib" -lfermata $(pkg-config --cflags --libs libuv)
  succeeds "complaint 18 (moonbitlang/async 526): in libuv's loop" env LD_LIBRARY_PATH="$lib" "$work/uv" \
    "$root/tests/sched/data/go_pipeline.scm" "$root/tests/sched/data/erlang_tree.scm" \
    "$root/tests/sched/data/process_pipeline.scm"
fi
if pkg-config --exists guile-3.0; then
  succeeds "a host with Guile builds" cc "$consumers/guile/host.c" -o "$work/guile" -I"$prefix/include" \
    -L"$lib" -lfermata $(pkg-config --cflags --libs guile-3.0)
  export GUILE_AUTO_COMPILE=0
  succeeds "complaint 19 (bdwgc 552): libgc is shared, we came first" env LD_LIBRARY_PATH="$lib" "$work/guile"
  succeeds "complaint 19 (bdwgc 552): libgc is shared, Guile came first" env LD_LIBRARY_PATH="$lib" "$work/guile" guile
  started_between() {
    ! LD_LIBRARY_PATH="$lib" "$work/guile" between 2>"$work/between" && grep -q "start the other first" "$work/between"
  }
  succeeds "complaint 19 (bdwgc 552): libgc is shared, Guile came between" started_between
fi
# What is carried beside programs, and the Debian package.
page=$prefix/share/man/man1/fermata.1
succeeds "the manual page is installed" grep -q 'deny' "$page"
if command -v man >/dev/null; then
  succeeds "man reads it without a complaint" bash -c "[ -z \"\$(LC_ALL=C.UTF-8 MANROFFSEQ= man --warnings -l '$page' 2>&1 >/dev/null)\" ]"
fi
succeeds "bash completes options and subcommands" bash -c "
  source '$prefix/share/bash-completion/completions/fermata'
  COMP_WORDS=(fermata --deny) COMP_CWORD=1; _fermata; [ \"\${COMPREPLY[0]}\" = --deny-all ] || exit 1
  COMP_WORDS=(fermata prof) COMP_CWORD=1; _fermata; [ \"\${COMPREPLY[0]}\" = profile ]"
succeeds "completions of zsh and fish are there" grep -q deny-all "$prefix/share/zsh/vendor-completions/_fermata" \
  "$prefix/share/fish/vendor_completions.d/fermata.fish"
for shell in zsh fish; do
  file=$(find "$prefix/share/$shell" -type f)
  if command -v $shell >/dev/null; then succeeds "$shell reads its completions" $shell -n "$file"; fi
done
if command -v dpkg-shlibdeps >/dev/null && command -v cpack >/dev/null; then
  succeeds "cpack makes a package" cpack --config "$build/CPackConfig.cmake" -B "$work/deb"
  deb=$(find "$work/deb" -maxdepth 1 -name '*.deb')
  succeeds "the package unpacks" dpkg-deb -x "$deb" "$work/root"
  succeeds "its command runs" bash -c "[ \"\$('$work/root/usr/bin/fermata' -e '(map + (list 1 2) (list 3 4))')\" = '(4 6)' ]"
  succeeds "it says what it depends on" bash -c "dpkg-deb -f '$deb' Depends | grep -q libgc1"
  succeeds "a host builds against it" cc -std=c11 "$consumers/c_host/host.c" -o "$work/of_deb" -I"$work/root/usr/include" \
    -L"$(dirname "$(find "$work/root" -name libfermata.so)")" -lfermata
  succeeds "and runs with its library" env LD_LIBRARY_PATH="$(dirname "$(find "$work/root" -name libfermata.so)")" "$work/of_deb"
fi
count
