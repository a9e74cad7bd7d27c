import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs-core';
import { decodeSafetensors } from '@trainkit/safetensors';
import { describeBackends } from '@trainkit/testing';
import { readEventFiles } from '@trainkit/testing/tensorboard';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Regression, regression } from '../../fixtures/regression.js';
import { earlyStopping, evaluate, type FitOptions, type MeasureOptions, Trainer } from '../index.js';
import { jsonLines, loadState, progress, runFolder, tensorboard } from './index.js';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'runs-'));
});
afterEach(() => {
  rmSync(root, { recursive: true });
});

/** Trains a new regression in a folder, like a program that is run again. */
async function program(
  path: string,
  fit: Partial<FitOptions> = {},
  {
    config = { seed: 0 },
    ...change
  }: Partial<Regression> & { config?: object; restoreBest?: boolean; measure?: MeasureOptions } = {},
) {
  const { parts, dispose } = regression({ earlyStopping, evaluate });
  const trainer = new Trainer({ ...parts, ...change });
  try {
    const folder = runFolder(path, { config });
    const result = await trainer.fit({ steps: 12, checkpointEvery: 4, folder, log: jsonLines(), ...fit });
    return { result, weights: parts.model.parameters().map((each) => [...each.dataSync()]) };
  } finally {
    await trainer.dispose();
    dispose();
  }
}

function files(path: string): Record<string, string> {
  const names = readdirSync(path, { recursive: true, encoding: 'utf8' }).filter((name) => name.includes('.'));
  return Object.fromEntries(
    names.sort().map((name) => [name, readFileSync(join(path, name)).toString('base64')]),
  );
}

describeBackends('a run in a folder', () => {
  it('reads the state of the model once before the first step, and writes nothing if a part has none', async () => {
    const { parts, dispose } = regression({ earlyStopping, evaluate });
    const read = vi.spyOn(parts.model, 'stateDict');
    let reads = Number.NaN;
    const trainer = new Trainer(parts);
    try {
      const folder = runFolder(join(root, 'once'));
      const log = {
        begin: () => {
          reads = read.mock.calls.length;
        },
      };
      await trainer.fit({ steps: 1, folder, log });
      expect(reads).toBe(1);
    } finally {
      await trainer.dispose();
      dispose();
    }
    const path = join(root, 'without');
    const optimizer = { minimize: () => null, applyGradients: () => undefined };
    await expect(program(path, {}, { optimizer: optimizer as never })).rejects.toThrow('stateDict');
    expect(existsSync(path) ? readdirSync(path) : []).toEqual([]);
  });

  it('is not trained again when it is finished: the model gets its weights', async () => {
    const path = join(root, 'a/run');
    const first = await program(path, {}, { restoreBest: true });
    const before = files(path);
    expect(Object.keys(before)).toEqual([
      'best.safetensors',
      'checkpoints/last.safetensors',
      'checkpoints/previous.safetensors',
      'config.json',
      'environment.json',
      'metrics.jsonl',
      'model.safetensors',
      'result.json',
    ]);
    const stop = () => {
      throw new Error('trained');
    };
    expect(await program(path, {}, { restoreBest: true, step: stop })).toEqual(first);
    expect(files(path)).toEqual(before);
    expect(existsSync(`${path}.lock`)).toBe(false);
  });

  it('continues with more steps, to the bytes of a run that was planned so long', async () => {
    const [short, long] = [join(root, 'short'), join(root, 'long')];
    for (const steps of [3, 7, 8, 12]) await program(short, { steps });
    await program(long);
    const { 'checkpoints/previous.safetensors': _, ...same } = files(short);
    expect(files(long)).toMatchObject(same);
    await expect(program(long, { steps: 5 })).rejects.toThrow(
      `fit: steps is 5, but the run in ${long} has done 12; expected at least 12. Steps are counted in all, not in addition.`,
    );
  });

  it('has a checkpoint that loadState reads, and weights for Python', async () => {
    const path = join(root, 'run');
    const { weights } = await program(path);
    const { parts, dispose } = regression({ earlyStopping, evaluate }, { seed: 5 });
    await loadState(join(path, 'checkpoints/last.safetensors'), { model: parts.model }, { strict: false });
    expect(parts.model.parameters().map((each) => [...each.dataSync()])).toEqual(weights);
    const { tensors } = decodeSafetensors(readFileSync(join(path, 'model.safetensors')));
    expect(Object.keys(tensors).sort()).toEqual(Object.keys(parts.model.stateDict()).sort());
    dispose();
  });
});

describe('a folder', () => {
  beforeEach(async () => {
    await tf.setBackend('cpu');
  });

  it('does not change while another process holds it, even if its checkpoint is damaged', async () => {
    const path = join(root, 'run');
    await program(path);
    const unlock = await runFolder(path).store.lock();
    writeFileSync(join(path, 'checkpoints/last.safetensors'), 'x');
    await expect(program(path)).rejects.toThrow('in use');
    expect(existsSync(join(path, 'checkpoints/last.safetensors.unusable'))).toBe(false);
    await unlock();
  });

  it.each([
    ['result.json', '"step": 12', '"step": 11', 'Remove it'],
    ['metrics.jsonl', '"step":1,', '"step":1, ', 'Restore it'],
    ['model.safetensors', '0.weight', '1.weight', 'Restore it'],
  ])('says that %s was changed by hand after its end', async (name, from, to, remedy) => {
    const path = join(root, 'run');
    await program(path);
    await program(path);
    const text = readFileSync(join(path, name), 'latin1');
    writeFileSync(join(path, name), text.replace(from, to), 'latin1');
    expect(readFileSync(join(path, name), 'latin1')).not.toBe(text);
    const problem = `${path}/${name} was changed after the run had ended: its SHA-256 is another than result.json says. ${remedy}`;
    await expect(program(path)).rejects.toThrow(problem);
    // More steps must not make it valid.
    await expect(program(path, { steps: 14 })).rejects.toThrow(problem);
    if (name === 'result.json') return;
    rmSync(join(path, name));
    await expect(program(path)).rejects.toThrow(problem);
  });

  it('reports that the digests of a result were removed', async () => {
    const path = join(root, 'run');
    await program(path);
    const { sha256: _, ...result } = JSON.parse(readFileSync(join(path, 'result.json'), 'utf8'));
    writeFileSync(join(path, 'result.json'), JSON.stringify({ ...result, step: 12 }));
    await expect(program(path)).rejects.toThrow('result.json was changed after the run had ended');
  });

  it('continues with more steps after a crash in them', async () => {
    const path = join(root, 'run');
    await program(path, { steps: 6 });
    const crash = {
      train: ({ step }: { step: number }) => {
        if (step === 7) throw new Error('crash');
      },
    };
    await expect(program(path, { log: [jsonLines(), crash] })).rejects.toThrow('crash');
    expect(await runFolder(path).result()).toBeNull();
    expect(await runFolder(path).endedAt()).toBe(6);
    const { weights } = await program(path);
    expect(weights).toEqual((await program(join(root, 'whole'))).weights);
    expect(await runFolder(path).endedAt()).toBe(12);
  });

  it('says in a sentence that a file is nested too deeply', async () => {
    const path = join(root, 'run');
    await program(path);
    for (const name of ['result.json', 'config.json']) {
      writeFileSync(join(path, name), `${'['.repeat(100_000)}${']'.repeat(100_000)}`);
      await expect(program(path)).rejects.toThrow(
        `${name} is no JSON (it is nested more than 100 levels deep)`,
      );
    }
  });

  it('is refused with another config, naming the first field that differs', async () => {
    const path = join(root, 'run');
    const config = { seed: 0, optimizer: { name: 'adamw', rates: [1, 2] }, steps: 12 };
    await program(path, {}, { config });
    const before = files(path);
    for (const [other, text] of [
      [
        { ...config, optimizer: { name: 'adamw', rates: [1, 3] } },
        'optimizer.rates was [1,2] and is now [1,3]',
      ],
      [{ ...config, extra: true }, 'extra was missing and is now true'],
      [{ seed: 0 }, 'optimizer was {"name":"adamw","rates":[1,2]} and is now missing'],
    ] as const) {
      await expect(program(path, {}, { config: other })).rejects.toThrow(
        `${path} holds a run with another config: ${text}. Name another folder, or list a field that may change, such as steps, in mayChange.`,
      );
    }
    expect(files(path)).toEqual(before);
    runFolder(path, { config: { ...config, steps: 20 }, mayChange: ['steps'] });
  });

  it('shows control characters of its own name, of a config and of files in it', async () => {
    const path = join(root, 'run\u001b[2J');
    await program(path, { steps: 4 }, { config: { 'a\u001b[2J': 1 } });
    const messages: string[] = [];
    const fail = async (config: object) =>
      program(path, { steps: 4 }, { config }).catch((error: Error) => messages.push(error.message));
    await fail({ 'a\u001b[2J': '\u009b31m' });
    for (const name of ['result.json', 'config.json', 'checkpoints/last.safetensors']) {
      writeFileSync(join(path, name), '{');
      await fail({ 'a\u001b[2J': 1 });
    }
    rmSync(join(path, 'config.json'));
    await fail({ 'a\u001b[2J': 1 });
    expect(messages).toHaveLength(5);
    expect(messages[0]).toContain(
      'run\\u001b[2J holds a run with another config: a\\u001b[2J was 1 and is now "\\u009b31m".',
    );
    for (const message of messages) expect(message).not.toMatch(/\p{Cc}/u);
    expect(runFolder(path).store.folder).toBe(path);
  });

  it.each([
    ['a device that never ends', (file: string) => symlinkSync('/dev/zero', file)],
    ['a pipe that nobody writes to', (file: string) => execFileSync('mkfifo', [file])],
  ])('that has %s for a file is refused', async (_, make) => {
    const whole = join(root, 'whole');
    await program(whole, { steps: 4 });
    for (const name of ['config.json', 'result.json', 'metrics.jsonl', 'checkpoints/last.safetensors']) {
      const path = join(root, name.replace('/', '-'));
      cpSync(whole, path, { recursive: true });
      rmSync(join(path, name));
      make(join(path, name));
      await expect(program(path)).rejects.toThrow('is a device, a pipe or a socket; expected a file.');
    }
  });

  it.each([
    [{ seed: 3n }, 'config.seed is 3n; expected plain JSON. Write String(seed) for a bigint.'],
    [{ a: [Number.NaN] }, 'config.a.0 is NaN; expected plain JSON.'],
    [{ a: () => 1 }, 'config.a is the function a; expected plain JSON.'],
  ])('is refused for the config %o', (config, text) => {
    expect(() => runFolder('x', { config })).toThrow(text);
  });

  it.each([
    [
      'checkpoints without a config',
      'checkpoints/last.safetensors',
      'x',
      'holds checkpoints/last.safetensors but no config.json',
    ],
    ['a config that is no JSON', 'config.json', '{', 'config.json is no JSON'],
    ['a result that is none', 'result.json', '{}', 'result.json is not what a trainer writes'],
  ])('with %s is refused, and nothing in it changes', async (_, name, text, message) => {
    const path = join(root, 'run');
    mkdirSync(join(path, 'checkpoints'), { recursive: true });
    if (name === 'result.json') writeFileSync(join(path, 'config.json'), '{"seed":0}');
    writeFileSync(join(path, name), text);
    const before = files(path);
    await expect(program(path)).rejects.toThrow(message);
    expect(files(path)).toEqual(before);
  });

  it('keeps files of others', async () => {
    const path = join(root, 'run');
    mkdirSync(path);
    writeFileSync(join(path, 'notes.txt'), 'mine');
    await program(path);
    expect(readFileSync(join(path, 'notes.txt'), 'utf8')).toBe('mine');
  });

  it('a folder named config.json is no absence', async () => {
    const path = join(root, 'run');
    mkdirSync(join(path, 'config.json'), { recursive: true });
    await expect(program(path)).rejects.toThrow('config.json cannot be read: EISDIR');
  });

  it('resumes from the previous checkpoint if the newest is damaged, and keeps the damaged one', async () => {
    const [path, whole] = [join(root, 'run'), join(root, 'whole')];
    await program(path, { steps: 8 });
    await program(whole);
    const last = join(path, 'checkpoints/last.safetensors');
    writeFileSync(last, readFileSync(last).subarray(0, 1000));
    const said: string[] = [];
    await program(path, { log: [jsonLines(), { message: (text) => void said.push(text) }] });
    expect(said[0]).toMatch(
      /The checkpoint .*\/run\/checkpoints\/last\.safetensors cannot be used: it is truncated or damaged/,
    );
    expect(existsSync(`${last}.unusable`)).toBe(true);
    expect(readFileSync(last)).toEqual(readFileSync(join(whole, 'checkpoints/last.safetensors')));
    expect(readFileSync(join(path, 'metrics.jsonl'))).toEqual(readFileSync(join(whole, 'metrics.jsonl')));
  });

  it('with a checkpoint of another run is refused', async () => {
    const [path, other] = [join(root, 'run'), join(root, 'other')];
    await program(path, { steps: 4 });
    await program(other, { steps: 4 }, { config: { seed: 1 } });
    writeFileSync(
      join(path, 'checkpoints/last.safetensors'),
      readFileSync(join(other, 'checkpoints/last.safetensors')),
    );
    await expect(program(path)).rejects.toThrow(
      'last.safetensors was saved by a run with another config: seed was 1 and is now 0.',
    );
  });

  it('that lost logged lines is refused', async () => {
    const path = join(root, 'run');
    const crash = {
      train: ({ step }: { step: number }) => {
        if (step === 8) throw new Error('crash');
      },
    };
    await expect(program(path, { log: [jsonLines(), crash] })).rejects.toThrow('crash');
    const metrics = join(path, 'metrics.jsonl');
    writeFileSync(metrics, readFileSync(metrics).subarray(0, 100));
    await expect(program(path)).rejects.toThrow(
      'metrics.jsonl lacks lines that the run has logged before its last checkpoint.',
    );
  });

  it.each([
    ['refused where a logged figure was changed by hand', (text: string) => text.replace(/:0\.\d/, ':9.9')],
    ['gone on with where nothing was', (text: string) => text],
  ])('whose run was interrupted is %s', async (_, change) => {
    const [path, whole] = [join(root, 'run'), join(root, 'whole')];
    const crash = {
      train: ({ step }: { step: number }) => {
        if (step === 8) throw new Error('crash');
      },
    };
    await expect(program(path, { log: [jsonLines(), crash] })).rejects.toThrow('crash');
    await program(whole);
    const metrics = join(path, 'metrics.jsonl');
    const before = readFileSync(metrics, 'utf8');
    const after = change(before);
    writeFileSync(metrics, after);
    expect(after).toHaveLength(before.length);
    if (after === before) {
      await program(path);
      expect(readFileSync(metrics)).toEqual(readFileSync(join(whole, 'metrics.jsonl')));
    } else {
      await expect(program(path)).rejects.toThrow(
        /metrics\.jsonl was changed after the run's last checkpoint: .* Restore it, or name another folder\./,
      );
      expect(readFileSync(metrics, 'utf8')).toBe(after);
    }
  });

  it('reads no weights to see that they exist', async () => {
    const path = join(root, 'run');
    mkdirSync(path);
    writeFileSync(join(path, 'model.safetensors'), 'x');
    const folder = runFolder(path);
    const read = vi.spyOn(folder.store, 'read');
    await expect(folder.check()).rejects.toThrow('holds model.safetensors but no config.json');
    expect(read.mock.calls).toEqual([['config.json']]);
  });

  it('is one process’s at a time', async () => {
    const path = join(root, 'run');
    const { parts, dispose } = regression({ earlyStopping, evaluate });
    const second = new Trainer(parts);
    let meanwhile: Promise<unknown> | undefined;
    const fitToo = () => second.fit({ steps: 12, folder: runFolder(path, { config: { seed: 0 } }) });
    const log = {
      train: () => {
        meanwhile ??= fitToo().catch((error: unknown) => error);
      },
    };
    await program(path, { log: [jsonLines(), log] });
    expect(String(await meanwhile)).toContain(`The run's folder ${path} is in use by process ${process.pid}`);
    dispose();
  });

  it('that was moved while the run was in it is not made again', async () => {
    const path = join(root, 'run');
    const log = {
      train: ({ step }: { step: number }) => (step === 6 ? rmSync(path, { recursive: true }) : undefined),
    };
    await expect(program(path, { log })).rejects.toThrow(
      'the folder was moved or removed while the run was in it',
    );
    expect(existsSync(path)).toBe(false);
  });

  it.each(['metrics.jsonl', 'model.safetensors'])(
    'without a config is not a run’s: %s stays',
    async (name) => {
      const path = join(root, 'mine');
      mkdirSync(path);
      writeFileSync(join(path, name), 'mine\n');
      await expect(program(path)).rejects.toThrow(`holds ${name} but no config.json`);
      expect(readFileSync(join(path, name), 'utf8')).toBe('mine\n');
    },
  );

  it('that has a result and no checkpoint is not trained again', async () => {
    const path = join(root, 'run');
    await program(path);
    const before = readFileSync(join(path, 'metrics.jsonl'), 'utf8');
    rmSync(join(path, 'checkpoints'), { recursive: true });
    await expect(program(path)).rejects.toThrow('holds a result but no checkpoint that it came from');
    expect(readFileSync(join(path, 'metrics.jsonl'), 'utf8')).toBe(before);
  });

  it('with more steps than are asked for leaves the model as it was', async () => {
    const path = join(root, 'run');
    await program(path);
    const { parts, dispose } = regression({ earlyStopping, evaluate });
    const before = parts.model.parameters().map((each) => [...each.dataSync()]);
    const trainer = new Trainer(parts);
    const fit = trainer.fit({ steps: 6, folder: runFolder(path, { config: { seed: 0 } }) });
    await expect(fit).rejects.toThrow(`the run in ${path} has done 12; expected at least 12`);
    expect(parts.model.parameters().map((each) => [...each.dataSync()])).toEqual(before);
    dispose();
  });

  it('loses no point of the step of a checkpoint between two validations', async () => {
    const path = join(root, 'run');
    const crash = {
      train: ({ step }: { step: number }) => {
        if (step === 6) throw new Error('crash');
      },
    };
    const measure = { every: 1, histograms: true };
    const validate = { every: 7, run: async () => ({ loss: 1 }) };
    const options = { checkpointEvery: 4, log: [tensorboard(), crash] };
    await expect(program(path, { ...options, steps: 12 }, { measure, validate })).rejects.toThrow('crash');
    await program(path, { ...options, log: tensorboard() }, { measure, validate });
    const [first, second] = Object.values(readEventFiles(path)).map(({ events }) => events);
    expect(second?.find(({ what }) => what === 'session_log')?.step).toBe(5);
    expect(
      first?.filter(({ step }) => step === 4).flatMap(({ values = [] }) => values.map(({ tag }) => tag)),
    ).toContain('train/steps_per_second');
  });

  it('has an event file for each process, and one line of progress for each validation', async () => {
    const path = join(root, 'run');
    const written: string[] = [];
    const terminal = { write: (text: string) => written.push(text) };
    await program(path, {
      steps: 6,
      log: [tensorboard(), jsonLines(), progress({ terminal, title: 'run', now: () => 0 })],
    });
    await program(path, { log: [tensorboard(), jsonLines(), progress({ terminal, now: () => 0 })] });
    const events = Object.values(readEventFiles(path)).map(({ events, error }) => [
      error,
      events.find(({ what }) => what === 'session_log')?.step,
      events.flatMap(({ step, values = [] }) =>
        values.some(({ tag }) => tag === 'train/loss') ? [step] : [],
      ),
    ]);
    expect(events).toEqual([
      [null, undefined, [1, 2, 3, 4, 5, 6]],
      // The validation after step 6 belongs to the short run only: its points are removed, and
      // those of the step are logged again.
      [null, 6, [6, 7, 8, 9, 10, 11, 12]],
    ]);
    expect(written.map((line) => line.replace(/\d[\d.e-]*/g, '0'))).toEqual([
      'run  step 0  validation/loss 0  (best)\n',
      'run  step 0  validation/loss 0  (best)\n',
      'run  0 steps  (0 s)\n',
      `goes on after step 0, from ${path}/checkpoints/last.safetensors\n`.replace(/\d[\d.e-]*/g, '0'),
      'step 0  validation/loss 0  (best)\n',
      'step 0  validation/loss 0  (best)\n',
      '0 steps  (0 s)\n',
    ]);
  });

  it('without a position of its batches is refused before the first step', async () => {
    const { parts, dispose } = regression({ earlyStopping, evaluate });
    const batches = { [Symbol.iterator]: () => parts.batches[Symbol.iterator]() };
    const trainer = new Trainer({ ...parts, batches });
    await expect(trainer.fit({ steps: 3, folder: runFolder(join(root, 'run')) })).rejects.toThrow(
      'Trainer: batches have no stateDict(), so a checkpoint could not store the position',
    );
    dispose();
  });
});

describe('a signal', () => {
  const PROGRAM = fileURLToPath(new URL('../../fixtures/interrupt.js', import.meta.url));

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)(
    '%s ends a program after the running step, with a checkpoint, and the run resumes',
    async (signal, code) => {
      const path = join(root, 'run');
      const child = spawn(process.execPath, [PROGRAM, path, '100000'], { stdio: ['ignore', 'pipe', 'pipe'] });
      await once(child.stdout, 'data');
      child.kill(signal);
      const [exitCode] = await once(child, 'close');
      expect(exitCode).toBe(code);
      expect(existsSync(`${path}.lock`)).toBe(false);
      const reached = readFileSync(join(path, 'metrics.jsonl'), 'utf8').trim().split('\n').length;
      const { status, stderr } = spawnSync(process.execPath, [PROGRAM, path, `${reached + 3}`], {
        encoding: 'utf8',
      });
      expect(status, stderr).toBe(0);
      const steps = readFileSync(join(path, 'metrics.jsonl'), 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).step);
      expect(steps).toEqual(Array.from({ length: reached + 3 }, (_, i) => i + 1));
    },
  );

  it('that comes twice ends the program at once', async () => {
    const child = spawn(process.execPath, [PROGRAM, join(root, 'run'), '100000', 'slow'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    child.kill('SIGINT');
    await new Promise((resolve) => setTimeout(resolve, 300));
    child.kill('SIGINT');
    expect((await once(child, 'close'))[0]).toBe(130);
  });
});
