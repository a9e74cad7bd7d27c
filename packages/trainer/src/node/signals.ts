/**
 * Calls `stop` with the name of the first SIGINT (Ctrl-C) or SIGTERM; a second one ends the process
 * at once, with the signal's exit code. Returns a function that stops listening.
 */
export function onSignals(stop: (signal: string) => void): () => void {
  let stopped = false;
  const listener = (name: NodeJS.Signals) => {
    if (stopped) process.exit(name === 'SIGTERM' ? 143 : 130);
    stopped = true;
    stop(name);
  };
  process.on('SIGINT', listener).on('SIGTERM', listener);
  return () => {
    process.off('SIGINT', listener).off('SIGTERM', listener);
  };
}
