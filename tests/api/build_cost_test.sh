#!/usr/bin/env bash
# What a binding costs to build: code and the compiler's memory, which repeat; the time is bench/embed's.
set -eu
build=$FERMATA_BUILD root=$FERMATA_ROOT
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0 failed=0
# at_most NAME WHAT LIMIT
at_most() {
  if [ "$2" -le "$3" ]; then passed=$((passed + 1)); else
    failed=$((failed + 1)); echo "$1: $2, at most $3"
  fi
}
# built FILE: sets code (bytes) and memory (KiB, the most the compiler had).
built() {
  memory=$(python3 - "$1" "$work/o" "$build/include" <<'PYTHON'
import resource, subprocess, sys
subprocess.run(["g++", "-std=c++20", "-O2", "-I" + sys.argv[3], "-c", sys.argv[1], "-o", sys.argv[2]], check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
PYTHON
  )
  code=$(size "$work/o" | awk 'NR == 2 { print $1 }')
}
# classes N: a file that binds so many classes, each with a constructor, two methods and a field.
classes() {
  echo '#include <fermata/fermata.hpp>'
  for ((i = 0; i < $1; ++i)); do
    echo "struct C$i { int n = $i; int twice() const { return 2 * n; } void set(int m) { n = m; } };"
  done
  echo 'void bind(fermata::Interpreter& in) {'
  for ((i = 0; i < $1; ++i)); do
    echo "in.define_class<C$i>(\"c$i\").constructor<>(\"make-c$i\").method(\"twice\", &C$i::twice)
      .method(\"set\", &C$i::set).field(\"n\", &C$i::n);"
  done
  echo '}'
}

if ! command -v g++ >/dev/null || [ ! -e "$build/include" ]; then
  echo "0 passed, 0 failed"
  exit
fi
built "$root/bench/embed/twenty.cpp"
at_most "embedding 1.1: bytes of code of twenty bindings" "$code" 60000
at_most "embedding 1.1: KiB of memory to compile them" "$memory" 400000
classes 5 >"$work/few.cpp"
classes 15 >"$work/more.cpp"
built "$work/few.cpp"
few_code=$code few_memory=$memory
built "$work/more.cpp"
# Each further class costs the same: two hundred take a part of what was complained of.
at_most "complaint 6 (sol2 1134): bytes of code of a class" $(((code - few_code) / 10)) 8000
at_most "complaint 6 (sol2 1134): KiB of memory of the compiler for a class" $(((memory - few_memory) / 10)) 8000
# And in the program: the library, and what it has at its start.
at_most "complaint 20 (chaiscript 189): bytes of the shared library, stripped" \
  "$(strip -o "$work/so" "$build/libfermata.so" && stat -c %s "$work/so")" 8000000
echo '#include <fermata/fermata.hpp>
#include <cstdio>
#include <sys/resource.h>
int main() {
  auto in = fermata::Interpreter::create().value();
  if (in.eval("(+ 1 2)").value().as<int>().value() != 3) return 1;
  rusage used;
  getrusage(RUSAGE_SELF, &used);
  std::printf("%ld\n", used.ru_maxrss);
}' >"$work/start.cpp"
g++ -std=c++20 -I"$build/include" "$work/start.cpp" -o "$work/start" -L"$build" -lfermata
at_most "complaint 20 (chaiscript 189): KiB of a host that has evaluated something" \
  "$(LD_LIBRARY_PATH=$build "$work/start")" 12000
echo "$passed passed, $failed failed"
