// An interpreter that a thread of its own runs.
#pragma once

#include <atomic>
#include <future>
#include <thread>

struct fermata_background {
  std::thread thread;
  std::atomic<bool> stopping{false};
};
