import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readMetrics } from './metrics.js';
import { SECTION_1 } from './sections/section-1.js';

const CLI = fileURLToPath(new URL('../dist/cli.js', import.meta.url));

let out: string;
beforeEach(() => {
  out = mkdtempSync(join(tmpdir(), 'experiments-cli-'));
});
afterEach(() => rmSync(out, { recursive: true, force: true }));

/** What a finished command left behind. */
interface Finished {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs the built command on wasm, which is on every machine; `onStderr` sees what comes while it runs. */
function experiments(
  args: string[],
  onStderr?: (text: string, child: ChildProcess) => void,
): Promise<Finished> {
  const child = spawn(process.execPath, [CLI, ...args, '--backend', 'wasm', '--out', out], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const texts = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => {
    texts.stdout += chunk;
  });
  child.stderr.on('data', (chunk: Buffer) => {
    texts.stderr += chunk;
    onStderr?.(texts.stderr, child);
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, ...texts }));
  });
}

describe('experiments run', () => {
  it('leaves config, environment, activations and a line a step, and prints a table', async () => {
    const args = ['run', 'init/xavier-x10', '--data', 'sample', '--seed', '4294967303', '--steps', '3'];
    const { code, stdout, stderr } = await experiments(args);
    expect(stderr).toContain('embedded SAMPLE');
    expect(code).toBe(0);
    const folder = join(out, 'runs/sample/init/xavier-x10/seed-4294967303');
    expect(stdout).toContain('Xavier x10');
    expect(stdout).toContain(`Run: ${folder}`);
    const config = JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8'));
    expect(config).toMatchObject({ run: 'init/xavier-x10', seed: 4294967303, steps: 3, backend: 'wasm' });
    const environment = JSON.parse(readFileSync(join(folder, 'environment.json'), 'utf8'));
    expect(environment).toMatchObject({ backend: { name: 'wasm' }, node: process.version });
    const metrics = readMetrics(join(folder, 'metrics.jsonl'));
    expect(metrics.train.map((line) => line.step)).toEqual([1, 2, 3]);
    expect(metrics.test.map((line) => line.step)).toEqual([3]);
  });

  it('reads a finished run instead of making it again, and refuses another config by its field', async () => {
    const args = ['run', 'init/zero', '--data', 'sample', '--steps', '2'];
    expect((await experiments(args)).code).toBe(0);
    const again = await experiments(args);
    expect(again.stderr).toContain('init/zero  finished before');
    expect(again.code).toBe(0);
    const longer = await experiments([...args.slice(0, -1), '4']);
    expect(longer.stderr).toMatch(
      /error: .* holds a run with another config: steps was 2 and is now 4\. Use --fresh/,
    );
    expect(longer.code).toBe(1);
    expect((await experiments([...args.slice(0, -1), '4', '--fresh'])).code).toBe(0);
  });

  it('ends at Ctrl-C with what was done on disk, and starts that run anew', async () => {
    const args = ['run', 'init/zero', '--data', 'sample', '--steps', '100000'];
    const path = join(out, 'runs/sample/init/zero/seed-0/metrics.jsonl');
    let sent = false;
    const { code, stderr } = await experiments(args, (text, child) => {
      // The first progress line says that training is under way.
      if (sent || !/step \d+\/100000/.test(text)) return;
      sent = true;
      child.kill('SIGINT');
    });
    expect(code).toBe(130);
    const [, step] = /error: Interrupted init\/zero after step (\d+) of 100000\./.exec(stderr) ?? [];
    expect(readMetrics(path).train).toHaveLength(Number(step));
    expect((await experiments([...args.slice(0, -1), '2', '--fresh'])).code).toBe(0);
  });

  it.each([
    [['run', 'init/none'], 'error: There is no run "init/none". The runs are: init/xavier, '],
    [
      ['--seed', '5', 'run', 'init/zero'],
      'error: Flags stand after the command: experiments run NAME --seed …',
    ],
    [['2'], 'error: Section 2 is not there yet; so far there is: 1 (initialization).'],
    [['rnu', 'init/zero'], 'error: "rnu" is neither a section (1) nor a command (run).'],
    [['run', 'init/zero', '--data', '/nowhere'], 'error: '],
    [['run', 'init/zero', '--steps', 'many'], 'A number of steps is a whole number from 1 on.'],
  ])('%j is one clear sentence and exit code 1', async (args, message) => {
    const { code, stderr } = await experiments(args);
    expect(stderr).toContain(message);
    expect(stderr).not.toContain('    at ');
    expect(code).toBe(1);
  });

  it('says so where the output folder cannot be made', async () => {
    const file = join(out, 'file');
    writeFileSync(file, '');
    out = file;
    const { code, stderr } = await experiments(['run', 'init/zero', '--data', 'sample', '--steps', '1']);
    expect(stderr).toMatch(/error: The run's folder .* cannot be made: .* Choose another with --out\./);
    expect(code).toBe(1);
  });
});

describe('experiments 1 --smoke', () => {
  it('walks the whole section: six runs, the table, and a report that needs nothing from outside', async () => {
    const { code, stdout, stderr } = await experiments(['1', '--smoke']);
    expect(stderr).not.toContain('error');
    expect(code).toBe(0);
    for (const run of SECTION_1.runs) expect(stdout).toContain(run.title);
    const report = join(out, 'reports/sample/seed-0.html');
    const html = readFileSync(report, 'utf8');
    expect(stdout).toContain(`Report: ${report}`);
    expect(html.match(/<svg /g)).toHaveLength(2);
    expect(html).toContain('These runs used the embedded sample');
    // Namespaces are names; anything else that looks like an address would be fetched.
    expect(html.replaceAll(/xmlns(:\w+)?="[^"]*"/g, '')).not.toMatch(/(src|href)=|https?:|url\(/);
  });
});
