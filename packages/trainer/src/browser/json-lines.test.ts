import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { LogContext } from '../logging/logger.js';
import { jsonLines as jsonLinesInNode } from '../node/json-lines.js';
import type { RunStore } from '../runs/checkpoint-store.js';
import { browserFolder } from './browser-folder.js';
import { jsonLines, readJsonLines } from './json-lines.js';

/** A store in memory with `append`. */
function memoryStore(): RunStore {
  const blobs = new Map<string, Uint8Array>();
  return {
    name: 'runs/mine',
    folder: null,
    read: async (name) => blobs.get(name) ?? null,
    write: async (name, bytes) => void blobs.set(name, bytes),
    append: async (name, bytes, at) => {
      const kept = (blobs.get(name) ?? new Uint8Array()).subarray(0, at);
      blobs.set(name, Uint8Array.of(...kept, ...bytes));
    },
    lock: async () => () => undefined,
  };
}

function context(store: RunStore | undefined, step: number, state: unknown): LogContext {
  return {
    step,
    steps: 9,
    validated: false,
    mayHaveValidated: false,
    last: null,
    folder: null,
    store,
    state,
    warn: () => undefined,
  };
}

function event(step: number) {
  return { step, values: { 'train/loss': 1 / step }, clock: { 'train/steps_per_second': 7 }, tensors: {} };
}

describe('jsonLines in a store', () => {
  it('writes at each flush, and is truncated to the part that a checkpoint covers', async () => {
    const store = memoryStore();
    const log = jsonLines();
    await log.begin(context(store, 0, null));
    for (const step of [1, 2]) log.train(event(step));
    expect(await readJsonLines(store)).toEqual([]);
    await log.flush();
    const state = log.state();
    log.train(event(3));
    await log.end();
    expect(await readJsonLines(store)).toHaveLength(3);
    const again = jsonLines();
    await again.begin(context(store, 2, state));
    again.train(event(3));
    again.validation({ step: 3, values: { 'validation/loss': 4 }, extras: {}, best: true });
    await again.end();
    expect(await readJsonLines(store)).toEqual([
      { step: 1, 'train/loss': 1 },
      { step: 2, 'train/loss': 1 / 2 },
      { step: 3, 'train/loss': 1 / 3 },
      { step: 3, 'validation/loss': 4 },
    ]);
  });

  it('refuses a log that lacks a part of the checkpoint’s, or belongs to another run', async () => {
    const store = memoryStore();
    await store.write('metrics.jsonl', new TextEncoder().encode('{"step":1}\n'));
    await expect(jsonLines().begin(context(store, 2, { bytes: 40 }))).rejects.toThrow(/lacks lines/);
    await expect(jsonLines().begin(context(store, 2, { bytes: 5 }))).rejects.toThrow(/lacks lines/);
    await expect(jsonLines().begin(context(store, 2, null))).rejects.toThrow(/no checkpoint says/);
  });

  it('has the state of the file that Node writes, and refuses a log that was changed at the same length', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'lines-'));
    const store = memoryStore();
    const log = jsonLines();
    const inNode = jsonLinesInNode();
    await log.begin(context(store, 0, null));
    inNode.begin({ folder });
    for (const step of [1, 2, 3]) {
      log.train(event(step));
      inNode.train(event(step));
      if (step === 1) await log.flush();
    }
    await log.flush();
    const state = log.state();
    expect(state).toEqual(inNode.state());
    inNode.end();
    await log.end();
    rmSync(folder, { recursive: true });
    await jsonLines().begin(context(store, 3, state));
    const text = new TextDecoder().decode((await store.read('metrics.jsonl')) ?? undefined);
    await store.write('metrics.jsonl', new TextEncoder().encode(text.replace('0.5', '0.4')));
    await expect(jsonLines().begin(context(store, 3, state))).rejects.toThrow(
      /^jsonLines: runs\/mine\/metrics\.jsonl was changed after the run's last checkpoint: the SHA-256 of its first \d+ bytes is [0-9a-f]{64}; expected [0-9a-f]{64}\. Name another run\.$/,
    );
    // The checkpoint of an earlier release has no digest.
    await jsonLines().begin(context(store, 3, { bytes: state.bytes }));
  });

  it('renames an existing blob before the first checkpoint', async () => {
    const store = memoryStore();
    await store.write('notes', new TextEncoder().encode('mine'));
    const log = jsonLines({ path: 'notes' });
    const warnings: string[] = [];
    await log.begin({ ...context(store, 0, null), warn: (message) => void warnings.push(message) });
    await log.end();
    expect(new TextDecoder().decode((await store.read('notes.set-aside-1')) ?? undefined)).toBe('mine');
    expect(warnings).toEqual([
      "runs/mine/notes is there before the run's first checkpoint. It is kept as notes.set-aside-1.",
    ]);
    expect(() => jsonLines({ path: 'config.json' })).toThrow('expected no file that the run itself writes.');
  });

  it('refuses a run without a store', async () => {
    await expect(jsonLines().begin(context(undefined, 0, null))).rejects.toThrow(
      "jsonLines: there is no run folder in the browser's storage; expected one. Write fit({ folder: browserFolder('runs/mine') }).",
    );
  });

  it('refuses options that do not exist', () => {
    expect(() => jsonLines({ file: 'a' } as never)).toThrow('jsonLines: received the unknown option "file"');
    expect(() => jsonLines({ path: '' })).toThrow('jsonLines: path is ""');
  });
});

describe('browserFolder', () => {
  it.each(['', '/runs', 'runs/', 'runs//a', 'runs/..', 'runs/a:b', 'runs/a.'])(
    'refuses the name "%s"',
    (name) => {
      expect(() => browserFolder(name)).toThrow(
        `browserFolder: name is "${name}"; expected a name of letters, digits and -, in parts. Write 'runs/mine/seed-0'.`,
      );
    },
  );

  it('refuses options that do not exist', () => {
    expect(() => browserFolder('runs/mine', { conifg: {} } as never)).toThrow('Write config: …');
  });

  it('reports a storage that keeps nothing', async () => {
    await expect(browserFolder('runs/mine').result()).rejects.toThrow(
      /^browserFolder: this browser keeps nothing for the page \(.*\); expected the origin private file system or IndexedDB\./,
    );
  });
});
