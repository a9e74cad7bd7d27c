// Cross-compiles the addon into the packages of npm/ with zig: `pnpm build:native [--all | PLATFORM…]`, by default the
// platform of this machine. Needs `pnpm build` first, and pip or Python's package ziglang.
import { mkdtempSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { nativeRoot } from '../dist/build/cache-folder.js';
import { compileAddon } from '../dist/build/compile.js';
import { PLATFORMS, thisPlatform } from '../dist/build/platforms.js';
import { ADDON } from '../dist/build/prebuilt.js';
import { displayCompilation } from '../dist/build/progress.js';
import { makeRoot } from '../dist/build/staging.js';
import { provideZig, zigEnvironment } from '../dist/build/zig.js';

const NPM = fileURLToPath(new URL('../npm', import.meta.url));

/** @param {readonly string[]} args */
function platformsOf(args) {
  if (args.includes('--all')) return PLATFORMS;
  const names = args.length > 0 ? args : [thisPlatform()?.name ?? `${process.platform}-${process.arch}`];
  return names.map((name) => {
    const platform = PLATFORMS.find((known) => known.name === name);
    if (platform !== undefined) return platform;
    const expected = PLATFORMS.map((known) => known.name).join(', ');
    throw new Error(`${name} is no platform of the addon; expected --all or one of ${expected}.`);
  });
}

const platforms = platformsOf(process.argv.slice(2).filter((arg) => arg !== '--'));
const root = nativeRoot();
makeRoot(root);
const compiler = await provideZig(root, {
  retry: true,
  onDownload: () => console.error('Downloading the compiler zig by pip, once (100 MB)'),
});
for (const platform of platforms) {
  const scratch = mkdtempSync(join(root, 'cross-compiling-'));
  const { onProgress, end } = displayCompilation(process.stderr, `Compiling the addon for ${platform.name}`);
  try {
    const path = join(NPM, platform.name, ADDON);
    const compiled = join(scratch, ADDON);
    await compileAddon(compiled, { compiler, scratch, platform, env: zigEnvironment(root), onProgress });
    end();
    renameSync(compiled, path);
    console.log(
      `npm/${platform.name}/${ADDON}: ${(statSync(path).size / 1000).toFixed(0)} kB, ${compiler.version}`,
    );
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
