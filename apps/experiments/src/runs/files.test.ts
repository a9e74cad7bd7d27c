import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { z } from 'zod';
import { movedFolder, readRecord, writeDurably, writeRecord } from './files.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'run-files-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const schema = z.strictObject({ step: z.int().positive() });

it('reads a written file, and null for a missing one', () => {
  const path = join(folder, 'result.json');
  expect(readRecord(path, schema)).toBeNull();
  writeRecord(path, { step: 3 });
  expect(readRecord(path, schema)).toEqual({ step: 3 });
  expect(readFileSync(path, 'utf8')).toBe('{\n  "step": 3\n}\n');
  expect(readdirSync(folder)).toEqual(['result.json']);
});

it('names the file that is invalid', () => {
  const path = join(folder, 'result.json');
  writeFileSync(path, '{"step":0}');
  expect(() => readRecord(path, schema)).toThrow(
    /result\.json is not a file of this program \(step: .*\)\. Replace the run with `run … --fresh`\./,
  );
  writeFileSync(path, '{');
  expect(() => readRecord(path, schema)).toThrow(
    /result\.json cannot be read as JSON: .*\. Replace the run with `run … --fresh`\./,
  );
});

it('gives a remedy if a file cannot be written', () => {
  expect(() => writeDurably(join(folder, 'missing/model.safetensors'), Uint8Array.of(1))).toThrow(
    /model\.safetensors could not be written: ENOENT.*\. Free some space, or choose another folder with --out\./,
  );
});

it('reports a folder that was moved, and the way to resume', () => {
  expect(movedFolder('/runs/a').message).toBe(
    "/runs/a was moved, removed or replaced during the training; expected the run's folder to stay. " +
      'Use `resume` with its new path, or start the run again.',
  );
});
