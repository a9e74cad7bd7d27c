import { statfs } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { checkOptions, errorCode, errorMessage, type OptionNames } from '@trainkit/checks';
import { sweepTemporary } from '@trainkit/checks/files';
import { findCompiler, makeRoot, nativeRoot, publishFolder, type Staging } from '@trainkit/native/build';
import { compileAddon, libraryVersion } from './addon.js';
import { libraryFolder, TENSORFLOW_VERSION, TFJS_NODE_VERSION } from './cache-dir.js';
import { CDN_TENSORFLOW_VERSION, downloadFromCdn } from './cdn.js';
import { fingerprints, readRecord, writeRecord } from './damage.js';
import { provideJavascript } from './javascript.js';
import { cachedAddon, findAddons, findJavascript, packagedTfjsNode, verifyCache } from './native-layout.js';
import { checkPin, pinOf } from './pins.js';
import { downloadWheel, findWheelPip } from './pip.js';
import type { ProgressReporter } from './progress.js';
import { removeFailureNotes } from './remove.js';
import { localTensorflow } from './source.js';
import { type NativeStatus, nativeStatus } from './status.js';
import { wheelVersion } from './wheel.js';

/** Options of {@link installNative}. */
export interface InstallNativeOptions {
  /**
   * The version of TensorFlow, default 2.15.1 (2.9.1 with `allowUnpinned`, if tfjs-node's own
   * download is reachable). Other installed versions stay for the programs that use them; the one
   * requested last is loaded.
   */
  version?: string | undefined;
  /**
   * The path of an existing TensorFlow: a wheel, a folder with one, or a `site-packages` folder.
   * Default: downloaded.
   */
  from?: string | undefined;
  /** The Python whose pip downloads, default the first of python3 and python that has pip. */
  python?: string | undefined;
  /** The folder to install into, default `$TRAINKIT_NATIVE_DIR`, else the user's cache folder. */
  dir?: string | undefined;
  /** True to install everything again, even if it is present; default false. */
  force?: boolean | undefined;
  /**
   * True to accept tfjs-node's own build too, whose addon has no known SHA-256. Default false: a
   * server or a mirror that was changed could run its code here.
   */
  allowUnpinned?: boolean | undefined;
  /** True to accept tfjs-node's own build from a mirror over http too; default false. */
  allowHttp?: boolean | undefined;
  /** Called with the progress several times a second. */
  onProgress?: ProgressReporter | undefined;
  /** Stops the installation when it aborts; no partial installation remains. */
  signal?: AbortSignal | undefined;
}

const INSTALL_NATIVE: OptionNames<InstallNativeOptions> = {
  version: true,
  from: true,
  python: true,
  dir: true,
  force: true,
  allowUnpinned: true,
  allowHttp: true,
  onProgress: true,
  signal: true,
};

/**
 * The disk space in bytes that installing a wheel needs: the download, and the unpacked libraries.
 */
const SPACE_NEEDED = 950e6;

/**
 * Installs what `useFastestBackend` needs for tfjs-node if tfjs-node's own install failed:
 * TensorFlow's library, the addon, and tfjs-node's JavaScript if node_modules has none.
 *
 * Library and addon come from tfjs-node's own download if it is reachable, else from TensorFlow's
 * wheel (by the user's pip) with the addon compiled from tfjs-node's source. Existing files stay as
 * they are, unless `force` is set; a damaged library is replaced. The installation is atomic, and
 * two processes may install at the same time.
 *
 * It downloads about 210 MB without asking, so call it where the user expects a download.
 *
 * @throws Error if the installation is not possible here, with the reason and what to do; wasm
 *   needs none of it
 *
 * @example
 * ```text
 * import { installNative, nativeStatus, useFastestBackend } from '@trainkit/backend';
 *
 * if (!nativeStatus().ready) await installNative({ onProgress: ({ step }) => console.log(step) });
 * console.log((await useFastestBackend()).reason);
 * ```
 */
export async function installNative(options: InstallNativeOptions = {}): Promise<NativeStatus> {
  const {
    version,
    from,
    dir,
    force = false,
    onProgress,
    signal,
  } = checkOptions('installNative', options, INSTALL_NATIVE);
  const root = nativeRoot(dir);
  // By the contents of the files: an installation can afford the half second that this takes.
  verifyCache(root);
  const before = nativeStatus({ dir: root });
  if (before.ready && !force && version === undefined && from === undefined) {
    sweepTemporary(root);
    return before;
  }
  checkPlatform();
  makeRoot(root);
  try {
    if (packagedTfjsNode() === null) await provideJavascript(root, { force, onProgress, signal });
    await provideLibrary(root, options);
    await removeFailureNotes(root);
  } catch (error) {
    signal?.throwIfAborted();
    throw isDiskFull(error) ? new Error(spaceText(root), { cause: error }) : error;
  }
  return nativeStatus({ dir: root });
}

async function provideLibrary(root: string, options: InstallNativeOptions): Promise<void> {
  const { version, from, force = false } = options;
  if (from !== undefined) {
    const local = localTensorflow(from);
    if (version !== undefined && version !== local.version) {
      throw new Error(`--from holds TensorFlow ${local.version}, but --version asks for ${version}`);
    }
    if (choose(root, local.version, force)) return;
    await publish(root, local.version, options, async ({ out, scratch }) => {
      await local.take(out, join(scratch, 'include'), options);
      await compile(root, out, scratch, options);
    });
    return;
  }
  if (version !== undefined && choose(root, version, force)) return;
  // Only the JavaScript may have been missing.
  if (version === undefined && !force && findAddons(root, packagedTfjsNode()).length > 0) return;
  let cdnFailure = '';
  if (process.arch === 'x64' && (version ?? CDN_TENSORFLOW_VERSION) === CDN_TENSORFLOW_VERSION) {
    try {
      await publish(root, CDN_TENSORFLOW_VERSION, options, (staging) => downloadFromCdn(staging, options));
      return;
    } catch (error) {
      options.signal?.throwIfAborted();
      if (isDiskFull(error)) throw error;
      cdnFailure = `tfjs-node's own download is not available (${errorMessage(error)})`;
    }
  }
  try {
    await publishWheel(root, version ?? TENSORFLOW_VERSION, options);
  } catch (error) {
    if (cdnFailure === '' || isDiskFull(error) || options.signal?.aborted) throw error;
    throw new Error(`${errorMessage(error)}\nAlso ${cdnFailure}.`, { cause: error });
  }
}

async function publishWheel(root: string, version: string, options: InstallNativeOptions): Promise<void> {
  const { python, signal } = options;
  // The check avoids a useless download of 207 MB.
  await findCompiler(signal);
  await findWheelPip(python, signal);
  await publish(root, version, options, async ({ out, scratch }) => {
    const wheel = await downloadWheel(version, scratch, options);
    const pin = pinOf(basename(wheel));
    // The hash of an untested version is not known; pip's comparison with the index must suffice.
    if (pin !== null) checkPin(basename(wheel), wheel, pin);
    if (wheelVersion(wheel) !== version) throw new Error(`pip downloaded ${wheel} for version ${version}`);
    const { take } = localTensorflow(wheel);
    await take(out, join(scratch, 'include'), options);
    await compile(root, out, scratch, options);
  });
}

async function compile(
  root: string,
  out: string,
  scratch: string,
  { onProgress, signal }: InstallNativeOptions,
): Promise<void> {
  const javascript = findJavascript(root, packagedTfjsNode());
  if (javascript === undefined) throw new Error("tfjs-node's source is gone from the cache folder");
  onProgress?.({ step: "Compiling tfjs-node's addon" });
  await compileAddon({ tfjsNode: javascript.folder, headers: join(scratch, 'include'), out }, { signal });
}

/**
 * Selects an installed version as the one to load; false if it is missing or must be installed
 * again.
 */
function choose(root: string, version: string, force: boolean): boolean {
  const folder = libraryFolder(root, version);
  if (force || cachedAddon(folder) === undefined) return false;
  writeRecord(folder, { ...readRecord(folder), chosen: new Date().toISOString() });
  return true;
}

/**
 * Fills the folder of one version and loads the addon as a test.
 *
 * Other versions stay, since a program may be about to load one. `trainkit-native remove VERSION`
 * removes one.
 */
async function publish(
  root: string,
  version: string,
  { force = false, onProgress, signal }: InstallNativeOptions,
  fill: (staging: Staging) => Promise<void>,
): Promise<void> {
  await publishFolder(
    root,
    `tensorflow-${version}`,
    async (staging) => {
      await checkSpace(root);
      await fill(staging);
      onProgress?.({ step: 'Loading it for a test' });
      const addon = cachedAddon(staging.out);
      if (addon === undefined) throw new Error('the download contains no tfjs_binding.node');
      const loaded = await libraryVersion(addon, signal);
      if (loaded !== version)
        throw new Error(`the library says that it is TensorFlow ${loaded}, not ${version}`);
      writeRecord(staging.out, {
        tensorflow: version,
        tfjsNode: TFJS_NODE_VERSION,
        chosen: new Date().toISOString(),
        ...fingerprints(staging.out),
      });
    },
    { force, isComplete: (folder) => cachedAddon(folder) !== undefined },
  );
}

function checkPlatform(): void {
  const { platform, arch } = process;
  if (platform === 'linux' && (arch === 'x64' || arch === 'arm64')) return;
  throw new Error(
    `trainkit-native provides TensorFlow on Linux (x64, arm64); this is ${platform} ${arch}. Use tfjs-node's own download here: \`npm install @tensorflow/tfjs-node\`, then \`npm rebuild @tensorflow/tfjs-node\`. Until then everything runs on wasm.`,
  );
}

async function checkSpace(root: string): Promise<void> {
  const { bavail, bsize } = await statfs(root);
  if (bavail * bsize < SPACE_NEEDED) throw new Error(spaceText(root));
}

function spaceText(root: string): string {
  return `not enough space on the disk of ${root}: TensorFlow needs 950 MB while it is installed and 620 MB afterwards. Make room, or name another folder by --dir or TRAINKIT_NATIVE_DIR.`;
}

function isDiskFull(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (errorCode(cause) === 'ENOSPC' || /No space left on device/i.test(cause.message)) return true;
  }
  return false;
}
