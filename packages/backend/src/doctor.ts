import { fileURLToPath } from 'node:url';
import { errorMessage } from '@trainkit/checks';
import { COMPILER_ADVICE, findCompiler, nativeRoot, run } from '@trainkit/native/build';
import { damageText } from './damage.js';
import { useFastestBackend } from './fastest.js';
import { verifyCache } from './native-layout.js';
import { findWheelPip } from './pip.js';
import { nativeStatus } from './status.js';

/** One finding of {@link diagnose}. */
export interface Finding {
  /** Whether it is as it should be; `undefined` for what is missing and not needed at the moment. */
  ok: boolean | undefined;
  /** One line. */
  text: string;
}

// From the sources of a test as from the built package.
const COMMAND = fileURLToPath(new URL('../dist/cli.js', import.meta.url));

/** Looks at everything that tfjs-node needs on this machine, and tries it; the last finding is whether it runs. */
export async function diagnose({ dir, python }: { dir?: string; python?: string } = {}): Promise<Finding[]> {
  verifyCache(nativeRoot(dir));
  const { root, javascript, addon, damaged, ready } = nativeStatus({ dir });
  const place = { package: 'in node_modules', cache: 'in the cache folder' };
  const supported = process.platform === 'linux' && ['x64', 'arm64'].includes(process.arch);
  const findings: Finding[] = [
    { ok: true, text: `Node.js ${process.versions.node} on ${process.platform} ${process.arch}` },
    { ok: true, text: `cache folder: ${root}` },
    javascript
      ? { ok: true, text: `tfjs-node's JavaScript: ${place[javascript.from]}, ${javascript.folder}` }
      : { ok: false, text: "tfjs-node's JavaScript: missing; `trainkit-native install` fetches it by npm" },
    addon
      ? { ok: true, text: `library and addon: ${place[addon.from]}, ${addon.path}` }
      : damaged.length > 0
        ? {
            ok: false,
            text: 'library and addon: damaged; `trainkit-native install --force` provides them anew',
          }
        : { ok: false, text: 'library and addon: missing; `trainkit-native install` provides them' },
    // Beside one that is whole it does no harm: it is passed over.
    ...damaged.map((file) => ({
      ok: addon ? undefined : false,
      text: `${damageText(file)}; \`trainkit-native install --force\` provides it anew`,
    })),
  ];
  if (!supported) {
    findings.push({
      ok: addon ? undefined : false,
      text: 'trainkit-native provides TensorFlow on Linux only: here run `npm rebuild @tensorflow/tfjs-node`',
    });
  }
  // Tools are needed once, to provide the library.
  const lacking = ready ? undefined : false;
  findings.push(
    await findCompiler().then(
      ({ version }) => ({ ok: true, text: `C++ compiler: ${version}` }),
      () => ({ ok: lacking, text: `C++ compiler: missing; ${COMPILER_ADVICE}` }),
    ),
    await findWheelPip(python).then(
      ({ version }) => ({ ok: true, text: `pip: ${version}` }),
      (error: unknown) => ({ ok: lacking, text: errorMessage(error) }),
    ),
    await run(process.execPath, [COMMAND, 'probe'], { env: { TRAINKIT_NATIVE_DIR: root } }).then(
      (reason) => ({ ok: true, text: `it runs: ${reason.trim()}` }),
      (error: unknown) => ({ ok: false, text: `it does not run: ${reasonOf(error)}` }),
    ),
  );
  return findings;
}

/** The line that says it, out of a stack trace. */
function reasonOf(error: unknown): string {
  const lines = errorMessage(error).split('\n');
  return (lines.find((line) => /Error: /.test(line)) ?? lines[0] ?? '').trim();
}

/** Runs tfjs-node in this process, for a test, and resolves to the reason that `useFastestBackend` gives. */
export async function probe(): Promise<string> {
  const { reason } = await useFastestBackend({ prefer: 'tensorflow' });
  const tf = await import('@tensorflow/tfjs');
  const a = tf.tensor2d([1, 2, 3, 4], [2, 2]);
  const product = tf.matMul(a, a).dataSync().join(' ');
  if (product !== '7 10 15 22') throw new Error(`a product of matrices is wrong: ${product}`);
  return reason;
}
