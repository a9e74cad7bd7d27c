import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

/** A running TensorBoard, on a port of this machine. */
export interface TensorBoardServer {
  /** Sends a request and parses its JSON answer; a request with a body is a POST. */
  ask(path: string, body?: unknown): Promise<unknown>;
  /** Repeats a request until `enough` accepts the answer. */
  askUntil(path: string, enough: (answer: unknown) => boolean, body?: unknown): Promise<unknown>;
  /** Returns TensorBoard's answer at a path, as bytes. */
  bytes(path: string): Promise<Uint8Array>;
  stop(): Promise<void>;
}

/**
 * A loader of TensorBoard: `fast`, a program in Rust that TensorBoard prefers, or the older one in
 * Python.
 */
export type Loader = 'fast' | 'python';

/** Starts the real TensorBoard of `TRAINKIT_PYTHON` on a folder of runs. */
export async function serveTensorBoard(folder: string, loader: Loader): Promise<TensorBoardServer> {
  const python = process.env['TRAINKIT_PYTHON'] ?? 'python3';
  // 0 means all, but with 0 the fast loader shows none.
  const everything = 'scalars=1000000,images=1000000,histograms=1000000';
  const child = spawn(
    python,
    [
      ...['-m', 'tensorboard.main', '--logdir', folder, `--load_fast=${loader === 'fast'}`],
      ...['--reload_interval=1', '--host=127.0.0.1', '--port=0', `--samples_per_plugin=${everything}`],
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const ended = once(child, 'exit');
  let printed = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
  });
  let address: string | undefined;
  while (address === undefined) {
    if (child.exitCode !== null)
      throw new Error(`TensorBoard ended with code ${child.exitCode}:\n${printed}`);
    address = /http:\/\/\S+:\d+\//.exec(printed)?.[0];
    await sleep(50);
  }
  const get = async (path: string, body: unknown) => {
    const init = {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    };
    const response = await fetch(new URL(path, address), body === undefined ? {} : init);
    return response.ok ? response : undefined;
  };
  const ask = async (path: string, body?: unknown) => {
    const answer: unknown = await (await get(path, body))?.json();
    return answer;
  };
  return {
    ask,
    async askUntil(path, enough, body) {
      for (;;) {
        const answer = await ask(path, body);
        if (answer !== undefined && enough(answer)) return answer;
        await sleep(100);
      }
    },
    async bytes(path) {
      return new Uint8Array((await (await get(path, undefined))?.arrayBuffer()) ?? new ArrayBuffer(0));
    },
    async stop() {
      child.kill();
      await ended;
    },
  };
}
