/**
 * Trains one run in this process, as a worker does, and ends the process by SIGKILL at a given
 * point:
 *
 *     node make-run.js '{"run": …, "seed": …, "out": …, "backend": …, "killAt": {"kind": "step",
 *     "step": 7} | null}'
 *
 * It is JavaScript and uses the built files, since it is started as a process of its own.
 */
import { useFastestBackend } from '@trainkit/backend';
import { loadData } from '../../dist/data/load.js';
import { executeRun } from '../../dist/runs/execute.js';

/**
 * @type {{ run: import('../runs/run.js').RunDefinition, seed: string, out: string, backend:
 * 'native' | 'tensorflow' | 'wasm' | 'cpu', killAt: object | null }}
 */
const { run, seed, out, backend, killAt } = JSON.parse(process.argv[2] ?? '');

await executeRun(run, {
  seed: BigInt(seed),
  steps: undefined,
  data: await loadData('sample'),
  backend: await useFastestBackend({ prefer: backend }),
  out,
  fresh: false,
  terminal: process.stderr,
  signal: new AbortController().signal,
  onEvent: (event) => {
    if (killAt && Object.entries(killAt).every(([key, value]) => Reflect.get(event, key) === value))
      process.kill(process.pid, 'SIGKILL');
  },
});
