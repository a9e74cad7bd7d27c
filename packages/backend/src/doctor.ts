import { fileURLToPath } from 'node:url';
import { errorMessage } from '@trainkit/checks';
import { nativeRoot, run } from '@trainkit/native/build';
import { diagnoseAddon } from './doctor-addon.js';
import { diagnoseTensorflow } from './doctor-tensorflow.js';
import { type BackendName, useFastestBackend } from './fastest.js';
import type { Finding } from './finding.js';

/** Options of {@link diagnose}. */
export interface DiagnoseOptions {
  /** The cache folder, default the user's. */
  dir?: string | undefined;
  /** The Python whose pip downloads. */
  python?: string | undefined;
}

// The path is the same from the sources, in a test, and from the built package.
const COMMAND = fileURLToPath(new URL('../dist/cli.js', import.meta.url));

/**
 * Checks the requirements of the native backend on this machine, then those of tfjs-node, and tries
 * both.
 */
export async function diagnose({ dir, python }: DiagnoseOptions = {}): Promise<Finding[]> {
  const root = nativeRoot(dir);
  const attempt = async (backend: BackendName): Promise<Finding> => {
    try {
      const found = await run(process.execPath, [COMMAND, 'probe', backend], {
        env: { TRAINKIT_NATIVE_DIR: root },
      });
      return { ok: true, text: `it runs: ${found.trim()}` };
    } catch (error) {
      return { ok: false, text: `it does not run: ${reasonOf(error)}` };
    }
  };
  return [
    { ok: true, text: `Node.js ${process.versions.node} on ${process.platform} ${process.arch}` },
    { ok: true, text: `cache folder: ${root}` },
    ...(await diagnoseAddon(root, () => attempt('native'))),
    ...(await diagnoseTensorflow({ root, python }, () => attempt('tensorflow'))),
  ];
}

/** The line of a stack trace that has the error's message. */
function reasonOf(error: unknown): string {
  const lines = errorMessage(error).split('\n');
  return (lines.find((line) => /Error: /.test(line)) ?? lines[0] ?? '').trim();
}

/**
 * Runs a backend in this process as a test, and resolves to the reason that `useFastestBackend`
 * reports.
 */
export async function probe(backend: BackendName): Promise<string> {
  const { reason, threads } = await useFastestBackend({ prefer: backend });
  const tf = await import('@tensorflow/tfjs');
  const a = tf.tensor2d([1, 2, 3, 4], [2, 2]);
  const product = tf.matMul(a, a).dataSync().join(' ');
  if (product !== '7 10 15 22') throw new Error(`a product of matrices is wrong: ${product}`);
  return `${reason} Threads: ${threads}.`;
}
