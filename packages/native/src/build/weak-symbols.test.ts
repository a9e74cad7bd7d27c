import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../fixtures/machine.js';
import { nativeRoot } from './cache-folder.js';
import { compileAddon } from './compile.js';
import { findCompiler } from './compiler.js';
import { run } from './run.js';
import { targetsOf } from './targets.js';

/**
 * A symbol of which the linker keeps one copy, whichever file it comes from: weak, unique, or in a
 * common section.
 */
const SHARED = /^.* [VWuwv] (.*)$/;

// The copy that is kept may have been compiled for AVX-512, and would end a program on a processor
// without it.
it.runIf(process.platform === 'linux')(
  'no kernel defines a shared symbol outside of the namespace of its instruction set',
  async () => {
    const folder = await temporaryFolder();
    const scratch = join(folder, 'scratch');
    await mkdir(scratch);
    const targets = targetsOf(process.arch);
    // Most object files are there: the addon of the tests was made of them.
    await compileAddon(join(folder, 'trainkit.node'), {
      ...{ compiler: await findCompiler(), scratch, targets, root: nativeRoot() },
    });
    const files = await readdir(scratch);
    for (const { name } of targets) {
      const objects = files.filter((file) => file.endsWith(`-${name}.o`));
      expect(objects.length).toBeGreaterThan(20);
      const paths = objects.map((file) => join(scratch, file));
      const symbols = (await run('nm', ['--defined-only', '-C', ...paths])).split('\n');
      expect(symbols.some((symbol) => symbol.includes(` ${name}::`))).toBe(true);
      const shared = symbols.flatMap((symbol) => SHARED.exec(symbol)?.[1] ?? []);
      expect(shared.filter((symbol) => !symbol.includes(`${name}::`))).toEqual([]);
    }
  },
);
