import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { errorMessage } from '@trainkit/checks';
import { isPresent, makeFolder } from '@trainkit/checks/files';
import { ProgramMissing, publishFolder, run } from '@trainkit/native/build';
import { extract } from 'tar';
import { javascriptFolder, TFJS_NODE_VERSION } from './cache-dir.js';
import { damagedFiles, fingerprints, writeRecord } from './damage.js';
import { checkPin, pinOf } from './pins.js';
import type { ProgressReporter } from './progress.js';

/**
 * The packages that tfjs-node needs at run time, except TensorFlow.js itself, which must be the
 * application's.
 */
const PACKAGES = [`@tensorflow/tfjs-node@${TFJS_NODE_VERSION}`, 'google-protobuf@3.21.4', 'progress@2.0.3'];

/** Modules that the loader replaces; their packages only have to be found. */
const ANSWERED = ['@tensorflow/tfjs', '@tensorflow/tfjs-core', '@mapbox/node-pre-gyp'];

const PLACEHOLDER =
  "throw new Error('tfjs-node from this folder is loaded by useFastestBackend of @trainkit/backend');\n";

/** Options of {@link provideJavascript}. */
export interface ProvideJavascriptOptions {
  /** True to fetch it again even if it is present. */
  force: boolean;
  onProgress?: ProgressReporter | undefined;
  signal?: AbortSignal | undefined;
}

/**
 * Fetches tfjs-node's JavaScript and source into the cache folder, with the user's own npm,
 * registry and settings.
 *
 * It is for projects without tfjs-node in their node_modules: npm removes the whole package when
 * its download fails.
 */
export async function provideJavascript(
  root: string,
  { force, onProgress, signal }: ProvideJavascriptOptions,
): Promise<void> {
  const target = javascriptFolder(root);
  if (!force && isComplete(target)) return;
  onProgress?.({ step: `Fetching tfjs-node ${TFJS_NODE_VERSION} with npm` });
  await publishFolder(
    root,
    `tfjs-node-${TFJS_NODE_VERSION}`,
    async ({ out, scratch }) => {
      await pack(scratch, signal);
      for (const file of (await readdir(scratch)).filter((name) => name.endsWith('.tgz'))) {
        const name = packageOf(file);
        const asked = PACKAGES.find((each) => each.startsWith(`${name}@`));
        const pin = asked === undefined ? null : pinOf(asked);
        if (asked === undefined || pin === null)
          throw new Error(`npm fetched ${file}, which was not requested`);
        checkPin(`${asked} of npm`, join(scratch, file), pin);
        await unpack(join(scratch, file), join(out, 'node_modules', name));
      }
      for (const name of ANSWERED) await place(join(out, 'node_modules', name), name);
      if (!isComplete(out)) throw new Error(`npm fetched no complete ${PACKAGES.join(', ')}`);
      writeRecord(out, { tfjsNode: TFJS_NODE_VERSION, ...fingerprints(out) });
    },
    { force, isComplete },
  );
}

async function pack(folder: string, signal: AbortSignal | undefined): Promise<void> {
  try {
    await run('npm', ['pack', ...PACKAGES, '--ignore-scripts', '--pack-destination', folder], {
      cwd: folder,
      signal,
    });
  } catch (error) {
    signal?.throwIfAborted();
    const advice =
      error instanceof ProgramMissing
        ? 'install npm, which comes with Node.js'
        : `see that \`npm pack ${PACKAGES[0]}\` works here (registry, proxy, certificates)`;
    throw new Error(`npm could not fetch tfjs-node's JavaScript: ${errorMessage(error)}\n${advice}`, {
      cause: error,
    });
  }
}

function isComplete(folder: string): boolean {
  if (damagedFiles(folder).length > 0) return false;
  const modules = ['@tensorflow/tfjs-node', 'google-protobuf', 'progress', ...ANSWERED];
  return modules.every((name) => isPresent(join(folder, 'node_modules', name, 'package.json')));
}

/**
 * npm names the file of `@tensorflow/tfjs-node` after both parts:
 * `tensorflow-tfjs-node-4.22.0.tgz`.
 */
function packageOf(file: string): string {
  return file.replace(/-\d.*$/, '').replace(/^tensorflow-/, '@tensorflow/');
}

async function unpack(file: string, cwd: string): Promise<void> {
  makeFolder(cwd);
  await extract({ file, cwd, strip: 1 });
}

async function place(folder: string, name: string): Promise<void> {
  makeFolder(folder);
  await writeFile(join(folder, 'package.json'), `${JSON.stringify({ name, main: 'index.js' })}\n`);
  await writeFile(join(folder, 'index.js'), PLACEHOLDER);
}
