/**
 * The time in milliseconds until a loop yields to other work. A page draws a frame every 16 ms and
 * needs a part of them itself; a worker and Node have no frames.
 */
const YIELD_EVERY = typeof document === 'undefined' ? 50 : 8;

/**
 * Returns a function that yields to signals, timers and output if the loop has run for a while.
 * Call it in every iteration.
 *
 * @param every milliseconds between two pauses
 */
export function createYielder(every = YIELD_EVERY): () => Promise<void> {
  let last = performance.now();
  return async () => {
    if (performance.now() - last < every) return;
    await nextTask();
    last = performance.now();
  };
}

/** Resolves after all waiting tasks have run. */
function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    // Browsers delay a nested setTimeout by 4 ms, and by a second in background pages; a message is
    // not delayed. scheduler.yield() resumes before waiting messages, so a request to stop would
    // wait forever.
    if (typeof setImmediate === 'function') setImmediate(resolve);
    else {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => {
        port1.close();
        resolve();
      };
      port2.postMessage(null);
    }
  });
}
