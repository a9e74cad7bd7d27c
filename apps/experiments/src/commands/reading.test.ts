import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SECTION_2 } from '../sections/2-batch-normalization/index.js';
import { fakeResult, SAMPLE } from '../testing/fake-result.js';
import { writeRun } from '../testing/write-run.js';

const CLI = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));

let out: string;
beforeEach(() => {
  out = mkdtempSync(join(tmpdir(), 'reading-'));
});
afterEach(() => rmSync(out, { recursive: true }));

/** Runs the built command; none of these commands reads the data or trains. */
async function experiments(args: string[]): Promise<{ code: unknown; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, [CLI, ...args, '--out', out], { stdio: ['ignore', 'pipe', 'pipe'] });
  const texts = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => {
    texts.stdout += chunk;
  });
  child.stderr.on('data', (chunk: Buffer) => {
    texts.stderr += chunk;
  });
  const [code] = await once(child, 'close');
  return { code, ...texts };
}

const made = () =>
  SECTION_2.runs.map((run) => writeRun(out, fakeResult(run, { seed: 5n, data: SAMPLE, steps: 4 })));

describe('experiments report', () => {
  it('draws the report of existing runs, and names the missing ones', async () => {
    made();
    const { code, stdout, stderr } = await experiments(['report', '2', '3', '--seed', '5']);
    expect(stderr).toMatch(
      /^norm\/layernorm, seed 5 was not trained: there is no .*seed-5\.\nSection 3 is left out\.\n$/,
    );
    expect(stdout).toMatch(/BatchNorm: (\d+) of \1 checks passed/);
    const page = join(out, 'reports/sample/seed-5.html');
    expect(stdout).toContain(
      `Figures: ${join(out, 'reports/sample/seed-5/results.json')}\nReport: ${page}\n`,
    );
    expect(existsSync(page)).toBe(true);
    expect(code).toBe(0);
  });

  it.each([
    [['report'], 'error: No section has all of its runs with seed 0 in '],
    [['report', '7'], 'error: "7" is neither a section '],
    [['report', '--data', '/somewhere'], "error: option '--data <kind>' argument '/somewhere' is invalid."],
  ])('%j is one sentence and exit code 1', async (args, message) => {
    const { code, stdout, stderr } = await experiments(args);
    expect(stderr).toMatch(/^error: .*\n$/);
    expect(stderr).toContain(message);
    expect(stdout).toBe('');
    expect(code).toBe(1);
  });
});

describe('experiments compare', () => {
  it('accepts folders and names, and prints text that needs no terminal', async () => {
    const [folder = ''] = made();
    const { code, stdout, stderr } = await experiments(['compare', folder, 'norm/batchnorm', '--seed', '5']);
    expect(stderr).toBe('');
    expect(stdout).toMatch(/│ normalization +│ +none │ +batchnorm │/);
    expect(stdout).not.toContain('\u001b');
    const page = /Page: (.*)\n/.exec(stdout)?.[1] ?? '';
    expect(page).toBe(
      join(out, 'reports/compare/sample-norm-none-seed-5_vs_sample-norm-batchnorm-seed-5.html'),
    );
    expect(existsSync(page)).toBe(true);
    expect(code).toBe(0);
  });

  it('recognizes a run by another path', async () => {
    const [folder = ''] = made();
    const link = join(out, 'link');
    symlinkSync(folder, link);
    const { code, stderr } = await experiments(['compare', folder, link]);
    expect(stderr).toBe(`error: ${folder} and ${link} are the same run. Compare it with another one.\n`);
    expect(code).toBe(1);
  });

  it.each([
    [
      ['norm/none', 'norm/none'],
      'error: norm/none and norm/none are the same run. Compare it with another one.',
    ],
    [['norm/none', 'norm/nothing'], 'error: There is no run "norm/nothing": no config.json in '],
  ])('%j is one sentence and exit code 1', async (targets, message) => {
    made();
    const { code, stderr } = await experiments(['compare', ...targets, '--seed', '5']);
    expect(stderr).toMatch(/^error: .*\n$/);
    expect(stderr).toContain(message);
    expect(code).toBe(1);
  });
});
