// Work on several threads.
//
// The caller and its helpers take tasks from queues. A helper spins for a moment after its last task and then sleeps;
// one that is still asleep when all tasks are done is not waited for. Where another JavaScript thread uses the
// helpers, the caller does its tasks alone. No result may depend on which thread ran a task.
#pragma once

#include <cstdint>

namespace trainkit {

using Task = void (*)(void* context, int task);

// The number of threads that share a call's tasks, the caller included.
int threadCount();
// Takes effect before the first parallel call; from 1 to 64.
void setThreadCount(int count);
// Runs task(context, i) for i from 0 to before `count`.
void runTasks(int count, Task task, void* context);

}  // namespace trainkit

// Calls body(begin, end) for 0 … n − 1, cut into so many parts of about equal length.
template <class Body>
static inline void runParts(int64_t parts, int64_t n, const Body& body) {
  struct Context {
    const Body* body;
    int64_t n;
    int64_t parts;
  } context = {&body, n, parts};
  trainkit::runTasks(
      static_cast<int>(parts),
      [](void* pointer, int task) {
        const Context& c = *static_cast<const Context*>(pointer);
        const int64_t begin = c.n * task / c.parts;
        const int64_t end = c.n * (task + 1) / c.parts;
        if (begin < end) (*c.body)(begin, end);
      },
      &context);
}

// Calls body(begin, end) for parts of 0 … n − 1, of about `grain` or more each, some for each thread.
template <class Body>
static inline void forEachPart(int64_t n, int64_t grain, const Body& body) {
  const int64_t most = 4 * static_cast<int64_t>(trainkit::threadCount());
  int64_t parts = n / (grain < 1 ? 1 : grain);
  if (parts > most) parts = most;
  if (parts > 1) {
    runParts(parts, n, body);
  } else if (n > 0) {
    body(int64_t{0}, n);
  }
}

// Calls body(begin, end) for parts of 0 … n − 1, of about `grain` elements or more, beginning at multiples of 16.
template <class Body>
static inline void parallelFor(int64_t n, int64_t grain, const Body& body) {
  const int64_t block = 16;
  forEachPart((n + block - 1) / block, grain / block,
              [&](int64_t begin, int64_t end) { body(begin * block, end * block < n ? end * block : n); });
}
