import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { nativeRoot } from './cache-folder.js';
import { compileAddon } from './compile.js';
import { PLATFORMS } from './platforms.js';
import { type CompileDisplay, displayCompilation } from './progress.js';
import { makeRoot } from './staging.js';
import { provideZig, zigEnvironment } from './zig.js';

/** The names of the platforms that {@link crossCompileAddon} knows. */
export const PLATFORM_NAMES: readonly string[] = PLATFORMS.map(({ name }) => name);

/**
 * Compiles the addon for a platform with zig, which is downloaded where it is missing, to `path` on
 * any disk.
 *
 * @param display default a line on standard error
 * @throws Error where the platform is unknown, zig cannot be had or the compilation fails
 */
export async function crossCompileAddon(
  name: string,
  path: string,
  display: CompileDisplay = displayCompilation(process.stderr, `Compiling the addon for ${name}`),
): Promise<void> {
  const platform = PLATFORMS.find((known) => known.name === name);
  if (platform === undefined) {
    throw new Error(
      `${name} is no platform of a prebuilt addon; expected one of ${PLATFORM_NAMES.join(', ')}`,
    );
  }
  const root = nativeRoot();
  makeRoot(root);
  const compiler = await provideZig(root, {
    retry: true,
    onDownload: () => display.onStep('Downloading the compiler zig by pip, once (100 MB)'),
  });
  const scratch = mkdtempSync(join(root, 'cross-compiling-'));
  try {
    const { onProgress } = display;
    await compileAddon(path, { compiler, scratch, platform, root, env: zigEnvironment(root), onProgress });
  } finally {
    display.end();
    rmSync(scratch, { recursive: true, force: true });
  }
}
