import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { platform } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { folder } from '../fixtures/idx-files.js';
import { makeFolder } from './make-folder.js';

describe('makeFolder', () => {
  test('makes all that is missing, also twice at once', async () => {
    const path = join(await folder(), 'a/b/c');
    await Promise.all([makeFolder(path), makeFolder(path)]);
    await makeFolder(path);
    expect(existsSync(path)).toBe(true);
  });

  test('fails below a file', async () => {
    const file = join(await folder(), 'file');
    await writeFile(file, '');
    await expect(makeFolder(join(file, 'below', 'it'))).rejects.toMatchObject({ code: 'ENOTDIR' });
  });

  // In a process of its own that is killed: what loops is Node itself, and no test would end it.
  test.runIf(platform() === 'linux')(
    'fails under /proc, where mkdir with `recursive` never returns',
    async () => {
      const module = new URL('../dist/make-folder.js', import.meta.url);
      const program = `import { makeFolder } from ${JSON.stringify(fileURLToPath(module))};
      await makeFolder('/proc/nothing/here').catch(({ code }) => console.log(code));`;
      const options = { timeout: 20_000, killSignal: 'SIGKILL' } as const;
      const run = promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program], options);
      expect((await run).stdout).toBe('ENOENT\n');
    },
  );
});
