#!/usr/bin/env bash
# Hosts that have Fermata's sources among their own.  They are configured here; script/check and the
# long run build and run them too, which takes minutes.  Without optimisation: what is asked is
# whether it builds in a project that has options of its own.
set -eu
root=$FERMATA_ROOT
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
. "$(dirname "$0")/../checks.sh"
options=(-DCMAKE_BUILD_TYPE=Debug -DCMAKE_CXX_FLAGS_DEBUG=-O0)
if command -v ninja >/dev/null; then options+=(-G Ninja); fi
if command -v ccache >/dev/null; then  # both compile the same, in folders of other names
  options+=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache)
  export CCACHE_BASEDIR=$work CCACHE_NOHASHDIR=1
fi
consumers=$root/tests/consumers
succeeds "add_subdirectory configures" cmake -S "$consumers/add_subdirectory" -B "$work/sub" -DFERMATA_ROOT="$root" "${options[@]}"
succeeds "FetchContent configures" cmake -S "$consumers/fetch_content" -B "$work/fetched" \
  -DFETCHCONTENT_SOURCE_DIR_FERMATA="$root" "${options[@]}"
if [ -n "${FERMATA_LONG_TESTS:-}" ]; then
  succeeds "add_subdirectory builds" cmake --build "$work/sub" -j"$(nproc)"
  succeeds "embedding 1.1: add_subdirectory" "$work/sub/host"
  succeeds "embedding 1.1: precompiled code, in a project that has the sources" "$work/sub/compiled"
  succeeds "FetchContent builds" cmake --build "$work/fetched" -j"$(nproc)" --target host
  succeeds "embedding 1.1: FetchContent" "$work/fetched/host"
fi
count
