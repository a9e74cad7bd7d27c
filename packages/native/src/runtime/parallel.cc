#include "parallel.h"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <system_error>
#include <thread>

#ifndef _WIN32
#include <pthread.h>
#endif
#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace trainkit {
namespace {

constexpr int kMostThreads = 64;
// So long a helper spins for the next call before it sleeps: the kernels of a step follow one another faster.
constexpr auto kSpinTime = std::chrono::microseconds(300);

void pause() {
#if defined(__x86_64__)
  _mm_pause();
#else
  __asm__ volatile("yield");
#endif
}

// The tasks of one thread, which others take from as well when their own are done.
struct alignas(64) Queue {
  std::atomic<int> next{0};
  std::atomic<int> end{0};
};

class Pool {
 public:
  explicit Pool(int threads) : threads_(threads) {
    for (int i = 1; i < threads; i++) startHelper(i);
  }

  void run(int count, Task task, void* context) {
    std::unique_lock<std::mutex> alone(busy_, std::defer_lock);
    if (threads_ == 1 || count == 1 || !alone.try_lock()) {
      for (int i = 0; i < count; i++) task(context, i);
      return;
    }
    task_ = task;
    context_ = context;
    for (int i = 0; i < threads_; i++) {
      const auto share = [&](int j) { return static_cast<int>(static_cast<int64_t>(count) * j / threads_); };
      queues_[i].end.store(share(i + 1), std::memory_order_relaxed);
      queues_[i].next.store(share(i), std::memory_order_relaxed);
    }
    epoch_.fetch_add(1);
    if (sleeping_.load() > 0) {
      { std::lock_guard<std::mutex> lock(sleep_); }
      wake_.notify_all();
    }
    work(0);
    epoch_.fetch_add(1);
    while (inside_.load() > 0) pause();
  }

 private:
  // A helper that cannot be had is done without: whoever is there takes tasks from all queues.
  void startHelper(int index) {
    try {
      std::thread([this, index] { help(index); }).detach();
    } catch (const std::system_error&) {
    }
  }

  // A thread begins with its own queue, whose data may be in its cache.
  void work(int index) {
    for (int offset = 0; offset < threads_; offset++) {
      Queue& queue = queues_[(index + offset) % threads_];
      const int end = queue.end.load(std::memory_order_relaxed);
      while (queue.next.load(std::memory_order_relaxed) < end) {
        const int task = queue.next.fetch_add(1, std::memory_order_relaxed);
        if (task >= end) break;
        task_(context_, task);
      }
    }
  }

  void help(int index) {
    uint64_t seen = 0;
    for (;;) {
      seen = waitForCall(seen);
      inside_.fetch_add(1);
      // The call may have ended in between; its data are gone then. `seen` is odd, so no call that is over has it.
      if (epoch_.load() == seen) work(index);
      inside_.fetch_sub(1);
    }
  }

  // Returns the epoch of a call that runs and is not the one of `seen`.
  uint64_t waitForCall(uint64_t seen) {
    const auto isNew = [&](uint64_t epoch) { return epoch != seen && epoch % 2 == 1; };
    const auto start = std::chrono::steady_clock::now();
    for (int spins = 1;; spins++) {
      const uint64_t epoch = epoch_.load(std::memory_order_acquire);
      if (isNew(epoch)) return epoch;
      pause();
      if (spins % 64 != 0 || std::chrono::steady_clock::now() - start < kSpinTime) continue;
      std::unique_lock<std::mutex> lock(sleep_);
      sleeping_.fetch_add(1);
      uint64_t found = seen;
      // The epoch that was looked at, not a later one, which may be even: that of a call that is over.
      wake_.wait(lock, [&] { return isNew(found = epoch_.load()); });
      sleeping_.fetch_sub(1);
      return found;
    }
  }

  const int threads_;
  Queue queues_[kMostThreads];
  // Counts the beginnings and ends of calls: odd while one runs.
  alignas(64) std::atomic<uint64_t> epoch_{0};
  // Helpers that may be at work.
  alignas(64) std::atomic<int> inside_{0};
  alignas(64) std::atomic<int> sleeping_{0};
  Task task_ = nullptr;
  void* context_ = nullptr;
  std::mutex busy_;
  std::mutex sleep_;
  std::condition_variable wake_;
};

std::atomic<int> wanted{1};
std::atomic<Pool*> pool{nullptr};
std::mutex making;

#ifndef _WIN32
// The child of a fork has none of the helpers: it works alone.
void forgetHelpers() {
  wanted.store(1);
  pool.store(nullptr);
}
#endif

Pool& helpers() {
  if (Pool* made = pool.load()) return *made;
  std::lock_guard<std::mutex> lock(making);
  if (pool.load() == nullptr) {
#ifndef _WIN32
    static const int registered = pthread_atfork(nullptr, nullptr, forgetHelpers);
    (void)registered;
#endif
    // Never freed: helpers run until the process ends.
    pool.store(new Pool(wanted.load()));
  }
  return *pool.load();
}

}  // namespace

int threadCount() { return wanted.load(std::memory_order_relaxed); }

void setThreadCount(int count) {
  if (pool.load() != nullptr) return;
  wanted.store(count < 1 ? 1 : count > kMostThreads ? kMostThreads : count);
}

void runTasks(int count, Task task, void* context) {
  if (count <= 0) return;
  if (count == 1) {
    task(context, 0);
    return;
  }
  helpers().run(count, task, context);
}

}  // namespace trainkit
