// A pool: each thread has an interpreter of its own, and they share nothing.
#include <iostream>
#include <map>
#include <mutex>
#include <queue>
#include <thread>

#include <fermata/fermata.hpp>

int main() {
  std::mutex lock;
  std::queue<int> work;
  std::map<int, std::string> results;
  for (int n = 20; n <= 27; ++n) work.push(n);

  std::vector<std::jthread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      auto in = fermata::Interpreter::create().value();
      in.eval("(define (factorial n) (if (= n 0) 1 (* n (factorial (- n 1)))))").value();
      for (;;) {
        int n;
        {
          const std::lock_guard guard(lock);
          if (work.empty()) return;
          n = work.front();
          work.pop();
        }
        const std::string text = in.call("factorial", n).value().write();
        const std::lock_guard guard(lock);
        results[n] = text;
      }
    });
  }
  threads.clear();  // joins
  for (const auto& [n, text] : results) std::cout << n << "! = " << text << "\n";
}
