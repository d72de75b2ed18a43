// Processor time, which others on the machine take less part in than in that of the clock.
#pragma once

#include <time.h>

#include <algorithm>

#include <fermata/fermata.hpp>

// Of the calling thread, in milliseconds.
inline double cpu_milliseconds() {
  timespec t;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) * 1e3 + static_cast<double>(t.tv_nsec) / 1e6;
}

// What a procedure takes, in empty turns of a loop that take a millisecond on the quiet machine of
// the measurements: both in turn, so that a slow machine makes no difference.
template <class F>
double in_loops_of_a_millisecond(fermata::Interpreter& in, F&& procedure) {
  const auto took = [](auto&& once) {
    const double start = cpu_milliseconds();
    once();
    return cpu_milliseconds() - start;
  };
  double best = 1e9, loop = 1e9;
  for (int i = 0; i < 20; ++i) {
    best = std::min(best, took(procedure));
    loop = std::min(loop, took([&] {
      in.eval("(let loop ((n 270000)) (if (> n 0) (loop (- n 1))))").value();
    }));
  }
  return best / loop;
}
