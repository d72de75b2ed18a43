// How long a program stands still while the collector works: full collections with so many MB
// of pairs, vectors, records and strings alive, then the longest gaps while a program allocates
// beside them.  Milliseconds of processor time, so that other programs do not count.
//
//   pauses [MB [steps]]     100 by default; `steps` collects in steps
#define GC_THREADS
#include <gc/gc.h>
#include <gc/gc_mark.h>
#include <sys/resource.h>
#include <time.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fermata/fermata.hpp>
#include <string>
#include <vector>

using namespace fermata;

namespace {

double cpu_ms() {
  timespec t;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) * 1e3 + static_cast<double>(t.tv_nsec) / 1e6;
}

// A unit is about 4 KB: a quarter each of pairs, vectors, records and strings.  Units are
// replaced at random once all are there, so that the heap is as mixed as an old one.
constexpr const char* kProgram = R"((import (scheme base) (srfi 1))
(define-record-type thing (make-thing a b c) thing? (a thing-a) (b thing-b) (c thing-c))
(define (unit i)
  (vector (iota 60 i)
          (map (lambda (k) (make-vector 10 k)) (iota 10))
          (map (lambda (k) (make-thing k i '())) (iota 20))
          (map (lambda (k) (make-string 24 #\x)) (iota 20))))
(define units #f)
(define (build n)
  (set! units (make-vector n #f))
  (do ((i 0 (+ i 1))) ((= i n)) (vector-set! units i (unit i)))
  (replace (* 2 n)))
(define state 12345)
(define (replace n)
  (do ((i 0 (+ i 1))) ((= i n))
    (set! state (modulo (+ (* state 1103515245) 12345) 2147483648))
    (vector-set! units (modulo (quotient state 16) (vector-length units)) (unit i))))
(define (garbage n)
  (do ((i 0 (+ i 1))) ((= i n)) (beat) (iota 100)))
(define (change n)
  (do ((i 0 (+ i 1))) ((= i n)) (beat) (replace 1))))";

struct Gaps {
  double last = 0, longest = 0;
  std::vector<double> all;  // above half a millisecond
  void beat() {
    const double now = cpu_ms(), gap = now - last;
    longest = std::max(longest, gap);
    if (gap > 0.5) all.push_back(gap);
    last = cpu_ms();
  }
} gaps;

double live_mb() {
  double bytes = 0;
  GC_call_with_alloc_lock(
      [](void* sum) -> void* {
        GC_enumerate_reachable_objects_inner(
            [](void*, size_t size, void* s) { *static_cast<double*>(s) += static_cast<double>(size); }, sum);
        return nullptr;
      },
      &bytes);
  return bytes / 1e6;
}

double at(std::vector<double> v, double part) {
  if (v.empty()) return 0;
  std::sort(v.begin(), v.end());
  return v[static_cast<std::size_t>(part * static_cast<double>(v.size() - 1))];
}

// Runs (name n) and says how long it took and what its longest gaps were.
void phase(Interpreter& in, const char* name, int n) {
  gaps = {};
  const double start = gaps.last = cpu_ms();
  const GC_word before = GC_get_gc_no();
  in.eval("(" + std::string(name) + " " + std::to_string(n) + ")").value();
  std::printf("%-9s %8.0f ms in all, %4lu collections, gaps above 0.5 ms: %5zu, median %6.1f, "
              "99th of 100 %6.1f, longest %6.1f\n",
              name, cpu_ms() - start, static_cast<unsigned long>(GC_get_gc_no() - before), gaps.all.size(),
              at(gaps.all, 0.5), at(gaps.all, 0.99), gaps.longest);
}

}  // namespace

int main(int argc, char** argv) {
  const int megabytes = argc > 1 ? std::atoi(argv[1]) : 100;
  const bool steps = argc > 2 && std::string(argv[2]) == "steps";
  Interpreter in =
      Interpreter::create({.collector = steps ? Collector::ours_in_steps : Collector::ours}).value();
  in.define("beat", [] { gaps.beat(); }).value();
  in.eval(kProgram).value();
  const double start = cpu_ms();
  in.eval("(build " + std::to_string(megabytes * 1'000'000ll / 4100) + ")").value();
  const double built = cpu_ms() - start;
  std::vector<double> full;
  for (int i = 0; i < 9; ++i) {
    const double began = cpu_ms();
    GC_gcollect();
    full.push_back(cpu_ms() - began);
  }
  std::printf("%.0f MB live of %.0f MB, %s; built in %.0f ms\n", live_mb(),
              static_cast<double>(GC_get_heap_size()) / 1e6, steps ? "in steps" : "at once", built);
  std::printf("full collection: median %.1f ms, longest %.1f ms\n", at(full, 0.5), at(full, 1));
  phase(in, "garbage", 400'000);
  phase(in, "change", 20'000);
  rusage usage = {};
  getrusage(RUSAGE_SELF, &usage);
  std::printf("processor time %.2f s user, %.2f s system; peak memory %.0f MiB\n",
              static_cast<double>(usage.ru_utime.tv_sec) + static_cast<double>(usage.ru_utime.tv_usec) / 1e6,
              static_cast<double>(usage.ru_stime.tv_sec) + static_cast<double>(usage.ru_stime.tv_usec) / 1e6,
              static_cast<double>(usage.ru_maxrss) / 1024);
}
