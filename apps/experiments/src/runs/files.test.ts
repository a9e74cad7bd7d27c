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

it('reads what it wrote, and nothing where nothing is', () => {
  const path = join(folder, 'result.json');
  expect(readRecord(path, schema)).toBeNull();
  writeRecord(path, { step: 3 });
  expect(readRecord(path, schema)).toEqual({ step: 3 });
  expect(readFileSync(path, 'utf8')).toBe('{\n  "step": 3\n}\n');
  expect(readdirSync(folder)).toEqual(['result.json']);
});

it('names the file that is not what it should be', () => {
  const path = join(folder, 'result.json');
  writeFileSync(path, '{"step":0}');
  expect(() => readRecord(path, schema)).toThrow(
    /result\.json is not what this program writes \(step: .*\)\. Make the run anew with `run … --fresh`\./,
  );
  writeFileSync(path, '{');
  expect(() => readRecord(path, schema)).toThrow(
    /result\.json cannot be read as JSON: .*\. Make the run anew with `run … --fresh`\./,
  );
});

it('says what to do where a file cannot be written', () => {
  expect(() => writeDurably(join(folder, 'missing/model.safetensors'), Uint8Array.of(1))).toThrow(
    /model\.safetensors could not be written: ENOENT.*\. Free some space, or choose another folder with --out\./,
  );
});

it('says what happened to a folder that was moved, and how to go on', () => {
  expect(movedFolder('/runs/a').message).toBe(
    "/runs/a is no longer what it was: the run's folder was moved or removed while the run was made, and what would be written now " +
      'would lie in two places. Go on with `resume` and the folder where it is now, or begin the run again.',
  );
});
