import { existsSync, readdirSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../fixtures/machine.js';
import { publishFolder, type Staging } from './staging.js';

const isComplete = (folder: string) => existsSync(join(folder, 'good'));
const fill =
  (text: string) =>
  async ({ out, scratch }: Staging) => {
    await writeFile(join(scratch, 'download'), 'x');
    await writeFile(join(out, 'good'), text);
  };
const contents = (root: string) => readFile(join(root, 'thing', 'good'), 'utf8');

describe('publishFolder', () => {
  it('makes the folder, and leaves nothing else', async () => {
    const root = join(await temporaryFolder(), 'not', 'yet');
    await publishFolder(root, 'thing', fill('one'), { isComplete, force: false });
    expect(await contents(root)).toBe('one');
    expect(readdirSync(root)).toEqual(['thing']);
    expect(readdirSync(join(root, 'thing'))).toEqual(['good']);
  });

  it('leaves nothing where it is interrupted', async () => {
    const root = await temporaryFolder();
    const interrupted = publishFolder(
      root,
      'thing',
      async (staging) => {
        await fill('half')(staging);
        throw new Error('interrupted');
      },
      { isComplete, force: false },
    );
    await expect(interrupted).rejects.toThrow('interrupted');
    expect(readdirSync(root)).toEqual([]);
  });

  it('keeps a good one, unless it is forced', async () => {
    const root = await temporaryFolder();
    await publishFolder(root, 'thing', fill('one'), { isComplete, force: false });
    await publishFolder(root, 'thing', fill('two'), { isComplete, force: false });
    expect(await contents(root)).toBe('one');
    await publishFolder(root, 'thing', fill('three'), { isComplete, force: true });
    expect(await contents(root)).toBe('three');
    expect(readdirSync(root)).toEqual(['thing']);
  });

  it('replaces one that is not complete', async () => {
    const root = await temporaryFolder();
    await mkdir(join(root, 'thing'));
    await writeFile(join(root, 'thing', 'torn'), '');
    await publishFolder(root, 'thing', fill('one'), { isComplete, force: false });
    expect(readdirSync(join(root, 'thing'))).toEqual(['good']);
  });

  it('stands several at once', async () => {
    const root = await temporaryFolder();
    const names = ['a', 'b', 'c', 'd', 'e'];
    await Promise.all(
      names.map((name, i) => publishFolder(root, 'thing', fill(name), { isComplete, force: i % 2 === 0 })),
    );
    expect(names).toContain(await contents(root));
    expect(readdirSync(root)).toEqual(['thing']);
  });

  it('says so where the folder cannot be written', async () => {
    const file = join(await temporaryFolder(), 'file');
    await writeFile(file, '');
    const publishing = publishFolder(join(file, 'below'), 'thing', fill('one'), { isComplete, force: false });
    await expect(publishing).rejects.toThrow(
      /^the folder .*below cannot be written; name another by --dir or TRAINKIT_NATIVE_DIR\. .* a file has its name\./,
    );
  });

  it('sweeps away what a killed process left, and nothing of one that runs', async () => {
    const root = await temporaryFolder();
    // No process has a number beyond the largest that Linux gives.
    const dead = `.thing.tmp-${hostname()}-4194305-0123abcd`;
    const alive = `.thing.tmp-${hostname()}-${process.ppid}-0123abcd`;
    const elsewhere = '.thing.tmp-another-machine-4194305-0123abcd';
    for (const name of [dead, alive, elsewhere]) await mkdir(join(root, name));
    await publishFolder(root, 'thing', fill('one'), { isComplete, force: false });
    expect(readdirSync(root).sort()).toEqual([alive, elsewhere, 'thing'].sort());
  });
});
