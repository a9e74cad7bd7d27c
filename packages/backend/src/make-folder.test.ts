import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../fixtures/machine.js';
import { makeFolder } from './make-folder.js';

describe('makeFolder', () => {
  it('makes all that is missing, also twice at once', async () => {
    const path = join(await temporaryFolder(), 'a/b/c');
    await Promise.all([makeFolder(path), makeFolder(path)]);
    await makeFolder(path);
    expect(existsSync(path)).toBe(true);
  });

  it('fails below a file', async () => {
    const file = join(await temporaryFolder(), 'file');
    await writeFile(file, '');
    await expect(makeFolder(join(file, 'below', 'it'))).rejects.toMatchObject({ code: 'ENOTDIR' });
  });
});
