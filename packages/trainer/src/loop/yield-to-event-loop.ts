/**
 * Milliseconds that a loop runs until it lets other work through. A page draws a frame every 16 ms and needs some of them
 * for itself; a worker and Node have no frames.
 */
const YIELD_EVERY = typeof document === 'undefined' ? 50 : 8;

/**
 * Lets signals, timers and output through where a loop has run for a while: call what it returns in every turn.
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

/** Resolves when all tasks that wait have had their turn. */
function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    // Browsers delay a nested setTimeout by 4 ms, and pages in the background by a second; a message is not delayed.
    // Not scheduler.yield(): it comes back before the messages that wait, and a request to stop would wait for good.
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
