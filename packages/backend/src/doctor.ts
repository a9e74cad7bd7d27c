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

// From the sources of a test as from the built package.
const COMMAND = fileURLToPath(new URL('../dist/cli.js', import.meta.url));

/** Looks at everything that the native backend needs on this machine, then at what tfjs-node needs, and tries both. */
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

/** The line that says it, out of a stack trace. */
function reasonOf(error: unknown): string {
  const lines = errorMessage(error).split('\n');
  return (lines.find((line) => /Error: /.test(line)) ?? lines[0] ?? '').trim();
}

/** Runs a backend in this process, for a test, and resolves to what `useFastestBackend` says of it. */
export async function probe(backend: BackendName): Promise<string> {
  const { reason, threads } = await useFastestBackend({ prefer: backend });
  const tf = await import('@tensorflow/tfjs');
  const a = tf.tensor2d([1, 2, 3, 4], [2, 2]);
  const product = tf.matMul(a, a).dataSync().join(' ');
  if (product !== '7 10 15 22') throw new Error(`a product of matrices is wrong: ${product}`);
  return `${reason} Threads: ${threads}.`;
}
