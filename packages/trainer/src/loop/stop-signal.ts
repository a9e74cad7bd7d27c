import type { FitOptions } from './options.js';

/** A signal that is aborted when a run should end, and a function that stops listening. */
export interface StopSignal {
  signal: AbortSignal;
  release: () => void;
}

/** One signal for the caller's own and for the signals of the folder, Ctrl-C and SIGTERM. */
export function stopSignal({ signal, signals = true, folder }: FitOptions): StopSignal {
  const controller = new AbortController();
  const stop = () => controller.abort(signal?.reason);
  if (signal?.aborted) stop();
  signal?.addEventListener('abort', stop);
  const ignore = signals ? folder?.store.onSignal?.((name) => controller.abort(name)) : undefined;
  return {
    signal: controller.signal,
    release: () => {
      signal?.removeEventListener('abort', stop);
      ignore?.();
    },
  };
}
