import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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

/** How a test looks on while a command runs. */
interface Watching {
  /** Sees all of standard error each time that something is added. */
  onStderr?: (text: string, child: ChildProcess) => void;
  /** Where standard output goes instead of being collected: a file, or a reader that has gone. */
  stdout?: number | 'closed';
  env?: Record<string, string>;
}

/** Runs the built command. */
async function start(args: string[], { onStderr, stdout, env }: Watching = {}): Promise<Finished> {
  const child: ChildProcess = spawn(process.execPath, [CLI, ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', typeof stdout === 'number' ? stdout : 'pipe', 'pipe'],
  });
  const texts = { stdout: '', stderr: '' };
  if (stdout === 'closed') child.stdout?.destroy();
  child.stdout?.on('data', (chunk: Buffer) => {
    texts.stdout += chunk;
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    texts.stderr += chunk;
    onStderr?.(texts.stderr, child);
  });
  const [code] = await once(child, 'close');
  return { code, ...texts };
}

/** On wasm, which is on every machine. */
const onWasm = (args: string[], watching?: Watching) => start([...args, '--backend', 'wasm'], watching);

const experiments = (args: string[], watching?: Watching) => onWasm([...args, '--out', out], watching);

/** Does something at the first progress line, which says that training is under way. */
function whenTraining(action: (child: ChildProcess) => void): NonNullable<Watching['onStderr']> {
  let done = false;
  return (text, child) => {
    if (done || !/step \d+\/100000/.test(text)) return;
    done = true;
    action(child);
  };
}

const SHORT = ['run', 'init/zero', '--data', 'sample', '--steps', '1'];

describe('experiments run', () => {
  it('leaves config, environment, activations and a line a step, and prints a table', async () => {
    const args = ['run', 'init/xavier-x10', '--data', 'sample', '--seed', '4294967303', '--steps', '3'];
    const { code, stdout, stderr } = await experiments(args);
    expect(stderr).toContain('embedded SAMPLE');
    expect(code).toBe(0);
    const folder = join(out, 'runs/sample/init/xavier-x10/seed-4294967303');
    expect(stdout).toContain('Xavier x10');
    expect(stdout).toContain('On the embedded SAMPLE (6,000 train and 1,000 test images)');
    expect(stdout).toContain(`Run: ${folder}`);
    const config = JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8'));
    expect(config).toMatchObject({ run: 'init/xavier-x10', seed: 4294967303, steps: 3, backend: 'wasm' });
    const environment = JSON.parse(readFileSync(join(folder, 'environment.json'), 'utf8'));
    expect(environment).toMatchObject({
      backend: { name: 'wasm' },
      trainkit: expect.stringMatching(/^\d+\.\d+\.\d+/),
      tensorflowJs: expect.stringMatching(/^4\./),
      tfjsLayers: expect.stringMatching(/^4\./),
      node: process.version,
    });
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
    const lock = join(out, 'runs/sample/init/zero/seed-0.lock');
    const onStderr = whenTraining((child) => {
      expect(existsSync(lock)).toBe(true);
      child.kill('SIGINT');
    });
    const { code, stderr } = await experiments(args, { onStderr });
    expect(code).toBe(130);
    expect(existsSync(lock)).toBe(false);
    expect(stderr).toContain('keeps finished runs and starts this one anew');
    const [, step] = /error: Interrupted init\/zero after step (\d+) of 100000\./.exec(stderr) ?? [];
    expect(readMetrics(path).train).toHaveLength(Number(step));
    expect((await experiments([...args.slice(0, -1), '2', '--fresh'])).code).toBe(0);
  });

  it('is refused a run that another process makes', async () => {
    const args = ['run', 'init/zero', '--data', 'sample', '--steps', '100000'];
    let second: Promise<Finished> | undefined;
    const onStderr = whenTraining((child) => {
      second = experiments(args).finally(() => child.kill('SIGTERM'));
    });
    const first = experiments(args, { onStderr });
    expect((await first).code).toBe(143);
    const { code, stderr } = (await second) ?? {};
    expect(stderr).toMatch(
      /error: The run's folder .*seed-0 is in use by process \d+ on .*\. Wait for it, or choose/,
    );
    expect(code).toBe(1);
  });

  it('promises nothing when a smoke run without --out is interrupted', async () => {
    const { code, stderr } = await onWasm(['run', 'init/zero', '--smoke', '--steps', '100000'], {
      onStderr: whenTraining((child) => child.kill('SIGINT')),
      env: { TMPDIR: out },
    });
    expect(stderr).toContain('Without --out a smoke run keeps nothing.');
    expect(stderr).not.toContain('keeps finished runs');
    expect(code).toBe(130);
  });

  it('ends without a word where the reader of its output has gone', async () => {
    const { code, stderr } = await experiments(SHORT, { stdout: 'closed' });
    expect(stderr).toContain('init/zero  test accuracy');
    expect(stderr).not.toMatch(/error|EPIPE/);
    expect(code).toBe(141);
  });

  it.runIf(existsSync('/dev/full'))('is one sentence where standard output is full', async () => {
    const { code, stderr } = await experiments(SHORT, { stdout: openSync('/dev/full', 'w') });
    expect(stderr).toMatch(
      /error: Standard output cannot be written: ENOSPC: .* What the runs gave is in their folders\.\n$/,
    );
    expect(code).toBe(1);
  });

  it.each([
    [['run', 'init/none'], 'error: There is no run "init/none". The runs are: init/xavier, '],
    [['--seed', '5', 'run', 'init/zero'], 'error: Flags stand after the command: experiments run … --seed'],
    [
      ['6'],
      'error: Section 6 is not there yet; so far there is: 1 (initialization), 2 (batch normalization), ',
    ],
    [['rnu', 'init/zero'], 'error: "rnu" is neither a section (1, 2, 3, 4, 5) nor a command (run, check).'],
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

describe('experiments', () => {
  it('says its version and shows examples', async () => {
    expect((await experiments(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect((await experiments(['--help'])).stdout).toContain(
      'experiments run init/xavier --steps 100 --out short',
    );
  });
});

describe('experiments check', () => {
  const solution = (factor: string) => `
    import * as tf from '@tensorflow/tfjs';
    export class Dropout {
      training = true;
      constructor(readonly p: number) {}
      forward(x: tf.Tensor): tf.Tensor {
        if (!this.training) return tf.clone(x);
        if (this.p === 1) return tf.zerosLike(x);
        const kept = tf.cast(tf.greaterEqual(tf.randomUniform(x.shape), this.p), 'float32');
        return tf.mul(x, tf.mul(kept, ${factor}));
      }
    }`;

  it.each([
    ['a right file', '1 / (1 - this.p)', 0, /^Dropout: (\d+) of \1 checks passed$/m],
    ['a wrong one', '1', 1, /^Dropout: \d+ of \d+ checks passed; likely mistake: /m],
  ])('prints what it finds in %s, and says so by its exit code', async (_, factor, exit, text) => {
    const file = join(out, 'mine.ts');
    writeFileSync(file, solution(factor));
    const { code, stdout } = await start(['check', file]);
    expect(stdout).toMatch(text);
    expect(code).toBe(exit);
  });

  it.each([
    ['as it loads', 'process.exit(0);\nexport class Dropout {}'],
    ['while it runs', 'export class Dropout { forward() { process.exit(0); } }'],
    ['by waiting for ever', 'await new Promise(() => {});\nexport class Dropout {}'],
  ])('does not take for right what ends the program %s', async (_, text) => {
    const file = join(out, 'mine.ts');
    writeFileSync(file, text);
    const { code, stderr } = await start(['check', file]);
    expect(stderr).toContain('mine.ts ended the program before it was checked. Does it call process.exit?');
    expect(code).toBe(1);
  });

  it.each([
    [['check', 'nowhere.ts'], 'error: There is no file '],
    [
      ['--seed', '5', 'check', 'nowhere.ts'],
      'error: Flags stand after the command: experiments check … --seed',
    ],
    [['check', 'nowhere.ts', '--seed', '5'], "error: unknown option '--seed'"],
  ])('%j is one clear sentence and exit code 1', async (args, message) => {
    const { code, stderr } = await start(args);
    expect(stderr).toContain(message);
    expect(stderr).not.toContain('    at ');
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

describe('check', () => {
  it.each([
    ["export { LayerNorm } from '@trainkit/normalization';", 0],
    ["import { Dropout } from '@trainkit/dropout'; export class LayerNorm extends Dropout {}", 1],
  ])('says how it went by its exit code, though the file leaves a timer running: %s', async (line, code) => {
    const file = join(out, 'mine.ts');
    writeFileSync(file, `setInterval(() => {}, 1000);\n${line}`);
    const child = spawn(process.execPath, [CLI, 'check', file], { stdio: ['ignore', 'pipe', 'inherit'] });
    let stdout = '';
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk;
    });
    expect(await once(child, 'close')).toEqual([code, null]);
    expect(stdout).toMatch(/^LayerNorm: \d+ of \d+ checks passed/);
  });
});
