import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FolderStore, renameFolder } from './folder-store.js';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sweep-store-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('FolderStore', () => {
  it('creates a number once, and leaves nothing else behind', () => {
    const [first, second] = [new FolderStore(folder), new FolderStore(folder)];
    expect(first.read(1)).toBeNull();
    expect(first.create(1, 'one\n')).toBe(true);
    expect(second.create(1, 'two\n')).toBe(false);
    expect(second.read(1)).toBe('one\n');
    expect(readdirSync(join(folder, 'journal'))).toEqual(['000000000001.jsonl']);
  });

  it('has texts in folders where there are no hard links, and each kind keeps the other out', () => {
    const store = new FolderStore(folder, false);
    const texts = join(folder, 'journal');
    const path = (number: number) => join(texts, `00000000000${number}.jsonl`);
    expect(renameFolder(texts, path(1), 'one\n', false)).toBe(true);
    expect(renameFolder(texts, path(1), 'two\n', false)).toBe(false);
    expect(store.create(1, 'three\n')).toBe(false);
    expect(store.create(2, 'four\n')).toBe(true);
    expect(renameFolder(texts, path(2), 'five\n', false)).toBe(false);
    expect([store.read(1), store.read(2)]).toEqual(['one\n', 'four\n']);
    store.withdraw(1);
    expect(store.read(1)).toBeNull();
    expect(readdirSync(texts)).toEqual(['000000000002.jsonl']);
  });

  it('keeps all texts in the history, in order and without torn lines, and the newest two snapshots', () => {
    const store = new FolderStore(folder);
    for (let number = 1; number <= 12; number++) {
      store.create(number, number === 2 ? 'event 2\ntorn' : `event ${number}\n`);
      if (number % 4 === 0) store.compact(number, `state ${number}`);
      // A sleeper's text in the gap belongs to no history.
      if (number === 5) writeFileSync(join(folder, 'journal', '000000000003.jsonl'), 'late\n');
    }
    store.create(13, 'event 13\n');
    expect(readdirSync(join(folder, 'journal'))).toEqual(['000000000013.jsonl']);
    expect(readdirSync(join(folder, 'snapshots'))).toEqual(['000000000008.json', '000000000012.json']);
    expect(store.newestSnapshot()).toBe(12);
    expect([store.readSnapshot(12), store.readSnapshot(4)]).toEqual(['state 12', null]);
    const history = readdirSync(join(folder, 'history')).map((file) =>
      readFileSync(join(folder, 'history', file), 'utf8'),
    );
    expect(history.join('')).toBe(Array.from({ length: 12 }, (_, i) => `event ${i + 1}\n`).join(''));
  });

  it('lets one of several processes have a number', async () => {
    new FolderStore(folder);
    const program = `
      import { FolderStore } from '@trainkit/sweep/node';
      const store = new FolderStore(${JSON.stringify(folder)}, false);
      for (let number = 1, own = 0; own < 50; number++) if (store.create(number, process.pid + '\\n')) own++;
    `;
    const processes = [1, 2, 3].map(() =>
      spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: 'inherit' }),
    );
    const codes = await Promise.all(processes.map(async (each) => (await once(each, 'close'))[0]));
    expect(codes).toEqual([0, 0, 0]);
    const owners = readdirSync(join(folder, 'journal')).map((file) =>
      readFileSync(join(folder, 'journal', file), 'utf8'),
    );
    expect(owners.length).toBe(150);
    for (const { pid } of processes) expect(owners.filter((owner) => owner === `${pid}\n`).length).toBe(50);
  });
});
