import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { encodeSafetensors } from '@trainkit/safetensors';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readMetrics } from './runs/metrics-file.js';
import { SECTION_1 } from './sections/1-initialization/index.js';

const CLI = fileURLToPath(new URL('../dist/cli.js', import.meta.url));

let out: string;
beforeEach(() => {
  out = mkdtempSync(join(tmpdir(), 'experiments-cli-'));
});
afterEach(() => rmSync(out, { recursive: true, force: true }));

/** The output and exit code of a finished command. */
interface Finished {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Hooks of a test into a running command. */
interface Watching {
  /** Called with all of standard error each time that it grows. */
  onStderr?: (text: string, child: ChildProcess) => void;
  /** The target of standard output: a file, or a reader that has closed. Default: collected. */
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

/** Runs a command on wasm, which every machine has. */
const onWasm = (args: string[], watching?: Watching) => start([...args, '--backend', 'wasm'], watching);

const experiments = (args: string[], watching?: Watching) => onWasm([...args, '--out', out], watching);

/** Runs an action at the first progress line, when the training is running. */
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
  it('writes config, environment, activations and a line a step, and prints a table', async () => {
    const args = ['run', 'init/xavier-x10', '--data', 'sample', '--seed', '4294967303', '--steps', '3'];
    const { code, stdout, stderr } = await experiments(args);
    expect(stderr).toContain('embedded SAMPLE');
    expect(code).toBe(0);
    const folder = join(out, 'runs/sample/init/xavier-x10/seed-4294967303');
    expect(stdout).toContain('Xavier x10');
    expect(stdout).toContain('On the embedded SAMPLE (6,000 train and 1,000 test images)');
    expect(stdout).toContain(`Run: ${folder}`);
    const config = JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8'));
    expect(config).toMatchObject({ run: 'init/xavier-x10', seed: 4294967303, maxSteps: 3, backend: 'wasm' });
    const environment = JSON.parse(readFileSync(join(folder, 'environment.json'), 'utf8'));
    expect(environment.sessions).toEqual([
      expect.objectContaining({
        backend: expect.objectContaining({ name: 'wasm' }),
        trainkit: expect.stringMatching(/^\d+\.\d+\.\d+/),
        tensorflowJs: expect.stringMatching(/^4\./),
        tfjsLayers: expect.stringMatching(/^4\./),
        node: process.version,
      }),
    ]);
    const metrics = readMetrics(join(folder, 'metrics.jsonl'));
    expect(metrics.train.map((line) => line.step)).toEqual([1, 2, 3]);
    expect(metrics.test.map((line) => line.step)).toEqual([3]);
  });

  it('reads a finished run instead of repeating it, rejects another config by its field, and continues with more steps', async () => {
    const args = ['run', 'init/zero', '--data', 'sample', '--steps'];
    expect((await experiments([...args, '4'])).code).toBe(0);
    const again = await experiments([...args, '4']);
    expect(again.stderr).toContain('init/zero  finished before');
    expect(again.code).toBe(0);
    const shorter = await experiments([...args, '2']);
    expect(shorter.stderr).toMatch(
      /error: .* holds a run with another config: maxSteps was 4 and is now 2\. To replace it, use `run … --fresh`/,
    );
    expect(shorter.code).toBe(1);
    expect((await experiments([...args, '2', '--fresh'])).code).toBe(0);
    const longer = await experiments([...args, '5']);
    expect(longer.stderr).toContain('init/zero  goes on after step 2, from ');
    expect(longer.code).toBe(0);
  });

  it('ends at Ctrl-C with a checkpoint and the command that resumes the run', async () => {
    const args = ['run', 'init/zero', '--data', 'sample', '--steps', '100000'];
    const folder = join(out, 'runs/sample/init/zero/seed-0');
    const lock = join(out, 'runs/sample/init/zero/seed-0.lock');
    const onStderr = whenTraining((child) => {
      expect(existsSync(lock)).toBe(true);
      child.kill('SIGINT');
    });
    const { code, stderr } = await experiments(args, { onStderr });
    expect(code).toBe(130);
    expect(existsSync(lock)).toBe(false);
    expect(stderr).toContain(`. Resume it with: npx --yes pnpm@12 experiments resume ${folder}\n`);
    const [, step = ''] = /error: Interrupted init\/zero after step (\d+) of 100000\./.exec(stderr) ?? [];
    expect(readMetrics(join(folder, 'metrics.jsonl')).train).toHaveLength(Number(step));

    const resumed = await onWasm(['resume', folder], {
      onStderr: whenTraining((child) => child.kill('SIGTERM')),
    });
    expect(resumed.stderr).toContain(
      `init/zero  goes on after step ${step}, from ${folder}/checkpoints/last`,
    );
    expect(resumed.code).toBe(143);
    expect(readMetrics(join(folder, 'metrics.jsonl')).train.length).toBeGreaterThan(Number(step));
    expect((await experiments([...args.slice(0, -1), '2', '--fresh'])).code).toBe(0);
  });

  it('reports damaged checkpoints in one sentence', async () => {
    const args = ['run', 'init/zero', '--data', 'sample', '--steps'];
    expect((await experiments([...args, '2'])).code).toBe(0);
    const checkpoint = join(out, 'runs/sample/init/zero/seed-0/checkpoints/last.safetensors');
    writeFileSync(checkpoint, readFileSync(checkpoint).subarray(0, 5000));
    const { code, stderr } = await experiments([...args, '3']);
    expect(stderr).toMatch(
      /error: The checkpoint .*last\.safetensors cannot be used: it is truncated or damaged \(.*\)\. Replace the run with `run … --fresh`\.\n$/,
    );
    expect(stderr).not.toContain('    at ');
    expect(code).toBe(1);
  });

  it('rejects a run that another process is training', async () => {
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

  it('ends silently when the reader of its output has closed', async () => {
    const { code, stderr } = await experiments(SHORT, { stdout: 'closed' });
    expect(stderr).toContain('init/zero  test accuracy');
    expect(stderr).not.toMatch(/error|EPIPE/);
    expect(code).toBe(141);
  });

  it.runIf(existsSync('/dev/full'))('reports a full standard output in one sentence', async () => {
    const { code, stderr } = await experiments(SHORT, { stdout: openSync('/dev/full', 'w') });
    expect(stderr).toMatch(
      /error: Standard output cannot be written: ENOSPC: .* The results of the runs are in their folders\.\n$/,
    );
    expect(code).toBe(1);
  });

  it.each([
    [['run', 'init/none'], 'error: There is no run "init/none". The runs are: init/xavier, '],
    [['--seed', '5', 'run', 'init/zero'], 'error: Flags stand after the command: experiments run … --seed'],
    [
      ['rnu', 'init/zero'],
      'error: "rnu" is neither a section (1, 2, 3, 4, 5, 6) nor a command (run, resume, list, ',
    ],
    [['7'], 'error: "7" is neither a section'],
    [
      ['6', '--index', '99', '--seed', '3'],
      'error: There is no run 99: the list has 8, from 0 to 7. Shown by: npx --yes pnpm@12 experiments list 6 --seed 3 --seeds 1\n',
    ],
    [['6', '--seeds', '0'], 'A number of seeds is a whole number from 1 to 1,000.'],
    [['run', 'nowhere.json'], 'error: nowhere.json cannot be read as JSON: ENOENT'],
    [
      ['run', 'init/zero', '--set', 'lr=1', '--name', 'mine/a'],
      'there is no "lr"; that is learningRate here.',
    ],
    [
      ['run', 'init/zero', '--set', 'batchSize=64'],
      'error: A changed init/zero is another run and needs another name: add --name mine/zero.',
    ],
    [['resume', 'init/zero'], 'error: There is no run "init/zero": no config.json in '],
    [['evaluate', 'nowhere'], 'error: There is no run "nowhere": no config.json in '],
    [['run', 'init/zero', '--data', '/nowhere'], 'error: '],
    [['run', 'init/zero', '--steps', 'many'], 'A number of steps is a whole number from 1 on.'],
  ])('%j is one clear sentence and exit code 1', async (args, message) => {
    const { code, stderr } = await experiments(args);
    expect(stderr).toContain(message);
    expect(stderr).not.toContain('    at ');
    expect(code).toBe(1);
  });

  it('reports an output folder that cannot be created', async () => {
    const file = join(out, 'file');
    writeFileSync(file, '');
    out = file;
    const { code, stderr } = await experiments(['run', 'init/zero', '--data', 'sample', '--steps', '1']);
    expect(stderr).toMatch(/error: The run's folder .* cannot be created: .* Choose another with --out\./);
    expect(code).toBe(1);
  });
});

describe('experiments run with settings of its own', () => {
  const settings = { hiddenSizes: [8], maxSteps: 3, evaluateEvery: 2, seed: 5, dropout: 0.5 };

  it('reads them, including the seed, from a file, and changes from the command line', async () => {
    const file = join(out, 'tiny.json');
    writeFileSync(file, JSON.stringify(settings));
    const args = [
      'run',
      file,
      '--data',
      'sample',
      '--set',
      'schedule.kind=cosine',
      '--set',
      'schedule.steps=9',
    ];
    const { code, stdout, stderr } = await experiments(args);
    expect(stderr).not.toContain('error');
    expect(code).toBe(0);
    const folder = join(out, 'runs/sample/own/tiny/seed-5');
    expect(stdout).toContain(`Run: ${folder}`);
    expect(JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8'))).toMatchObject({
      ...settings,
      run: 'own/tiny',
      schedule: { kind: 'cosine', steps: 9, end: 0 },
    });
    expect(readMetrics(join(folder, 'metrics.jsonl')).test.map(({ step }) => step)).toEqual([2, 3]);

    // A trained run is evaluated again, by its folder or by its name.
    const [, again] = /test loss ([\d.]+)/.exec((await onWasm(['evaluate', folder])).stdout) ?? [];
    expect(again).toBe(readMetrics(join(folder, 'metrics.jsonl')).test.at(-1)?.test_loss.toFixed(4));
    const other = await experiments([
      'evaluate',
      'own/tiny',
      '--seed',
      '5',
      '--weights',
      join(folder, 'config.json'),
    ]);
    expect(other.stderr).toMatch(/error: The weights .*config\.json cannot be used: /);
    const empty = join(out, 'empty.safetensors');
    writeFileSync(empty, encodeSafetensors({}));
    const lacking = await onWasm(['evaluate', folder, '--weights', empty]);
    expect(lacking.stderr).toMatch(/error: The weights .*empty\.safetensors cannot be used: /);
    expect(lacking.stderr).not.toContain('strict');
    expect(other.code).toBe(1);

    // As after somebody made room on the disk.
    const lost = ['model.safetensors', 'checkpoints/last.safetensors'].map((name) => join(folder, name));
    for (const path of lost) renameSync(path, `${path}.away`);
    const best = join(folder, 'checkpoints/best.safetensors');
    const looksAtBest = `look at the best so far: npx --yes pnpm@12 experiments evaluate ${folder} --weights ${best}\n`;
    const without = await onWasm(['evaluate', folder]);
    const lostIts = `error: The run in ${folder} has lost its model and its last checkpoint.`;
    expect(without.stderr).toContain(`${lostIts} You can ${looksAtBest}`);
    expect(without.code).toBe(1);
    renameSync(best, `${best}.away`);
    expect((await onWasm(['evaluate', folder])).stderr).toContain(
      `${lostIts} Give other weights with --weights. Replace the run with \`run … --fresh\`.\n`,
    );
    for (const path of [...lost, best]) renameSync(`${path}.away`, path);

    // As for a run that continues with more steps: the existing model is an older one.
    const config = readFileSync(join(folder, 'config.json'), 'utf8');
    writeFileSync(join(folder, 'config.json'), config.replace('"maxSteps": 3', '"maxSteps": 30'));
    const unfinished = await onWasm(['evaluate', folder]);
    expect(unfinished.stderr).toContain(
      `error: The run in ${folder} is not finished, so it has no model yet. Resume it with: npx --yes pnpm@12 experiments resume ${folder}, ` +
        `or ${looksAtBest}`,
    );
    expect(unfinished.code).toBe(1);
    expect((await onWasm(['evaluate', folder, '--weights', best])).code).toBe(0);
  });

  it('trains several seeds in processes of their own, with the same bytes as alone, and prints their spread', async () => {
    const file = join(out, 'tiny.json');
    writeFileSync(file, JSON.stringify(settings));
    const args = ['run', file, '--data', 'sample', '--seed', '7'];
    const { code, stdout, stderr } = await experiments([...args, '--seeds', '3', '--workers', '2']);
    expect(stderr).not.toContain('error');
    expect(code).toBe(0);
    expect(stdout).toMatch(/Mean of 3 seeds/);
    const metrics = (folder: string) =>
      readFileSync(join(folder, 'runs/sample/own/tiny/seed-8/metrics.jsonl'), 'utf8');
    const alone = mkdtempSync(join(tmpdir(), 'experiments-cli-'));
    try {
      // By its index in the list, as a job array uses it.
      const array = await onWasm([...args, '--seeds', '3', '--index', '1', '--out', alone]);
      expect(array.code).toBe(0);
      expect(metrics(alone)).toBe(metrics(out));
      expect(existsSync(join(alone, 'runs/sample/own/tiny/seed-7'))).toBe(false);
    } finally {
      rmSync(alone, { recursive: true });
    }
  });

  it('ends all of them at Ctrl-C, and resumes each', async () => {
    const file = join(out, 'tiny.json');
    writeFileSync(file, JSON.stringify({ ...settings, maxSteps: 100_000, evaluateEvery: null }));
    const args = ['run', file, '--data', 'sample', '--seeds', '2', '--workers', '2'];
    let sent = false;
    const { code, stderr } = await experiments(args, {
      onStderr: (text, child) => {
        if (sent || !/seed 5: \d+\/.*seed 6: \d+\//.test(text)) return;
        sent = true;
        child.kill('SIGINT');
      },
    });
    expect(stderr).toContain('error: Interrupted with 0 of 2 runs done. Repeat the command to resume.');
    expect(code).toBe(130);
    for (const seed of [5, 6]) {
      const folder = join(out, `runs/sample/own/tiny/seed-${seed}`);
      expect(existsSync(`${folder}.lock`)).toBe(false);
      expect(existsSync(join(folder, 'checkpoints/last.safetensors'))).toBe(true);
    }
  });

  it('rejects a run that would stop at a last batch of one image before it trains or resumes', async () => {
    const file = join(out, 'tiny.json');
    writeFileSync(file, JSON.stringify({ ...settings, normalization: 'batchnorm', batchSize: 7 }));
    const args = ['run', file, '--data', 'sample', '--steps'];
    const sentence = 'error: own/tiny: batchSize is 7: the last batch of an epoch has 1 of the 6,000 train';
    const refused = await experiments([...args, '858']);
    expect(refused.stderr).toContain(sentence);
    expect(refused.stderr).not.toContain('    at ');
    expect(refused.code).toBe(1);
    expect(existsSync(join(out, 'runs'))).toBe(false);
    expect((await experiments([...args, '2'])).code).toBe(0);
    const folder = join(out, 'runs/sample/own/tiny/seed-5');
    const resumed = await onWasm(['resume', folder, '--steps', '858']);
    expect(resumed.stderr).toContain(sentence);
    expect(resumed.code).toBe(1);
  });

  // The default number of workers is the number of cores.
  it.each(['1', '2'])(
    'names the run that failed of several, and the reason, with %s workers',
    async (workers) => {
      const file = join(out, 'tiny.json');
      writeFileSync(
        file,
        JSON.stringify({
          ...settings,
          learningRate: 1e38,
          optimizer: 'sgd',
          normalization: 'none',
          checkpointEvery: 1,
        }),
      );
      const flags = ['--data', 'sample', '--seeds', '2', '--workers', workers];
      const { code, stderr } = await experiments(['run', file, ...flags]);
      expect(stderr).toMatch(/error: own\/tiny, seed \d: own\/tiny diverged: the .*\n$/);
      expect(code).toBe(1);
    },
  );
});

describe('experiments list', () => {
  it.each([
    [['--seeds', '1000000000'], 'A number of seeds is a whole number from 1 to 1,000.'],
    [
      ['--seed', '18446744073709551615', '--seeds', '2'],
      'so the last seed is 18446744073709551616: a seed is between -2^63 and 2^64 - 1.',
    ],
  ])('%j is one clear sentence and exit code 1', async (args, message) => {
    const { code, stderr } = await start(['list', ...args]);
    expect(stderr).toContain(message);
    expect(stderr).not.toContain('    at ');
    expect(code).toBe(1);
  });

  it('numbers the runs as --index does', async () => {
    const { code, stdout } = await start(['list', '2', '--seed', '3', '--seeds', '2']);
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /0 │ norm\/none +│ +3 .*\n.* 1 │ norm\/none +│ +4 .*\n.* 2 │ norm\/batchnorm +│ +3 /,
    );
  });
});

describe('experiments', () => {
  it('prints its version and shows examples', async () => {
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
  ])('prints its findings in %s, with the exit code for them', async (_, factor, exit, text) => {
    const file = join(out, 'mine.ts');
    writeFileSync(file, solution(factor));
    const { code, stdout } = await start(['check', file]);
    expect(stdout).toMatch(text);
    expect(code).toBe(exit);
  });

  it('prints the first check to look at, and every one with --all', async () => {
    const file = join(out, 'mine.ts');
    writeFileSync(file, solution('this.p'));
    const short = await start(['check', file]);
    expect(short.stdout).toMatch(/^ {2}1 more check failed; --all shows all\.$/m);
    expect(short.stdout).toMatch(/! warning: \d tensors are left behind .* \(mine\.ts:\d+\)$/m);
    expect(short.stdout).not.toContain('✓');
    const long = await start(['check', file, '--all']);
    expect(long.stdout).toContain('✓ output in evaluation');
  });

  it.each([
    ['loading it', 'while (true);\nexport class Dropout {}'],
    ['the check of Dropout', 'export class Dropout { forward() { while (true); } }'],
  ])('stops an endless loop in %s, and reports it', async (running, text) => {
    const file = join(out, 'mine.ts');
    writeFileSync(file, text);
    const { code, stderr } = await start(['check', file, '--timeout', '15']);
    expect(stderr).toContain(
      `mine.ts: ${running} took longer than 15 s and was stopped. Look for a loop that never ends`,
    );
    expect(code).toBe(1);
  });

  it.each(['0', '-1', 'soon'])('refuses --timeout %s', async (timeout) => {
    const { code, stderr } = await start(['check', 'mine.ts', '--timeout', timeout]);
    expect(stderr).toBe(
      `error: --timeout is ${timeout}; expected seconds, a number above 0 and at most 86400.\n`,
    );
    expect(code).toBe(1);
  });

  it.each([
    ['as it loads', 'process.exit(0);\nexport class Dropout {}'],
    ['while it runs', 'export class Dropout { forward() { process.exit(0); } }'],
    ['by waiting for ever', 'await new Promise(() => {});\nexport class Dropout {}'],
  ])('does not accept a file that ends the program %s', async (_, text) => {
    const file = join(out, 'mine.ts');
    writeFileSync(file, text);
    const { code, stderr } = await start(['check', file]);
    expect(stderr).toContain(
      'mine.ts ended the program before it was checked. Remove calls of process.exit and promises that never resolve.',
    );
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
  it('runs the whole section: six runs, the table, and a report that loads nothing', async () => {
    const { code, stdout, stderr } = await experiments(['1', '--smoke']);
    expect(stderr).not.toContain('error');
    expect(code).toBe(0);
    for (const run of SECTION_1.runs) expect(stdout).toContain(run.title);
    const report = join(out, 'reports/sample/seed-0.html');
    const html = readFileSync(report, 'utf8');
    expect(stdout).toContain(`Report: ${report}`);
    expect(html.match(/<svg class="chart"/g)).toHaveLength(1);
    expect(html.match(/<svg class="histogram/g)).toHaveLength(18);
    expect(html).toContain('These runs used the embedded sample');
    // Namespaces are only names; any other address would be loaded.
    expect(html.replaceAll(/xmlns(:\w+)?="[^"]*"/g, '')).not.toMatch(
      /(src|href)=(?!"#|"data:)|https?:|url\(/,
    );
  });
});

describe('check', () => {
  it.each([
    ["export { LayerNorm } from '@trainkit/normalization';", 0],
    ["import { Dropout } from '@trainkit/dropout'; export class LayerNorm extends Dropout {}", 1],
  ])(
    'returns the exit code of its result, even if the file leaves a timer running: %s',
    async (line, code) => {
      const file = join(out, 'mine.ts');
      writeFileSync(file, `setInterval(() => {}, 1000);\n${line}`);
      const child = spawn(process.execPath, [CLI, 'check', file], { stdio: ['ignore', 'pipe', 'inherit'] });
      let stdout = '';
      child.stdout.on('data', (chunk: Buffer) => {
        stdout += chunk;
      });
      expect(await once(child, 'close')).toEqual([code, null]);
      expect(stdout).toMatch(/^LayerNorm: \d+ of \d+ checks passed/);
    },
  );
});
