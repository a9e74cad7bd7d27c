import { readdirSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../fixtures/machine.js';
import { removeFailureNotes, removeNative } from './remove.js';

async function filled(): Promise<string> {
  const root = await temporaryFolder();
  for (const name of [
    'tensorflow-2.15.1',
    'tensorflow-2.18.1',
    'tfjs-node-4.22.0',
    '.tensorflow-2.15.1.tmp-host-1-0123abcd',
    'fashion-mnist',
  ]) {
    await mkdir(join(root, name));
  }
  await writeFile(join(root, 'experiments-tried-in-vain'), 'no network');
  return root;
}

describe('removeNative', () => {
  it('removes one version', async () => {
    const root = await filled();
    const before = readdirSync(root);
    expect(await removeNative(root, '2.18.1')).toEqual(['tensorflow-2.18.1']);
    expect(readdirSync(root)).toEqual(before.filter((name) => name !== 'tensorflow-2.18.1'));
    for (const none of ['2.18.1', '2', '../fashion-mnist', ''])
      expect(await removeNative(root, none)).toEqual([]);
  });

  it("removes everything, including the note of an application's failure, and nothing else", async () => {
    const root = await filled();
    expect(await removeNative(root)).toHaveLength(5);
    expect(readdirSync(root)).toEqual(['fashion-mnist']);
    expect(await removeNative(join(root, 'none'))).toEqual([]);
  });
});

describe('removeFailureNotes', () => {
  it('removes only the notes', async () => {
    const root = await filled();
    const before = readdirSync(root);
    await removeFailureNotes(root);
    expect(readdirSync(root)).toEqual(before.filter((name) => !name.endsWith('in-vain')));
  });
});
