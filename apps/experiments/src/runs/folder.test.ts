import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeSafetensors } from '@trainkit/safetensors';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { UserError } from '../terminal/user-error.js';
import { testConfig } from '../testing/run-config.js';
import { movedFolder } from './files.js';
import { RunFolder } from './folder.js';

let out: string;
beforeEach(() => {
  out = mkdtempSync(join(tmpdir(), 'run-folder-'));
});
afterEach(() => rmSync(out, { recursive: true, force: true }));

const config = testConfig();
const sample = testConfig({ data: { name: 'sample' } });

const trainLine = '{"step":1,"train_loss":2,"train_accuracy":0.1,"learning_rate":0.01}\n';
const testLine = '{"step":1,"test_loss":2,"test_accuracy":0.1}\n';
const test = { step: 1, test_loss: 2, test_accuracy: 0.1 };
const end = { step: 1, stoppedEarly: false, test, best: test };

describe('RunFolder', () => {
  it('is below the run and the seed, and in a folder of its own on the sample', () => {
    expect(RunFolder.of(out, config).path).toBe(join(out, 'runs/init/zero/seed-3'));
    expect(RunFolder.of(out, sample).path).toBe(join(out, 'runs/sample/init/zero/seed-3'));
  });

  it('contains the complete config and no temporary file', () => {
    const folder = RunFolder.of(out, config);
    folder.prepare({ fresh: false });
    expect(readdirSync(folder.path)).toEqual(['config.json']);
    expect(JSON.parse(readFileSync(join(folder.path, 'config.json'), 'utf8'))).toEqual(config);
    folder.prepare({ fresh: false });
  });

  it('rejects another config by its field, and --fresh replaces it', () => {
    RunFolder.of(out, config).prepare({ fresh: false });
    const other = RunFolder.of(out, { ...config, dropout: 0.5 });
    expect(() => other.prepare({ fresh: false })).toThrow(
      /seed-3 holds a run with another config: dropout was 0 and is now 0\.5\. To replace it, use `run … --fresh`; or choose another --out\.$/,
    );
    other.prepare({ fresh: true });
    other.prepare({ fresh: false });
  });

  it('treats more steps as the same run, and fewer as another run', () => {
    RunFolder.of(out, { ...config, maxSteps: 2 }).prepare({ fresh: false });
    RunFolder.of(out, { ...config, maxSteps: 4 }).prepare({ fresh: false });
    expect(() => RunFolder.of(out, { ...config, maxSteps: 3 }).prepare({ fresh: false })).toThrow(
      'maxSteps was 4 and is now 3. To replace it, use `run … --fresh`; or choose another --out. (More steps than before would continue it.)',
    );
    expect(() =>
      RunFolder.of(out, { ...config, maxSteps: 5, seed: 3, batchSize: 1 }).prepare({ fresh: false }),
    ).toThrow('batchSize was 128 and is now 1.');
  });

  it('is finished if it has a result, every step and the last evaluation', () => {
    const folder = RunFolder.of(out, config);
    folder.prepare({ fresh: false });
    expect(folder.finished()).toBeNull();
    writeFileSync(folder.metricsPath, trainLine + testLine);
    expect(folder.finished()).toBeNull();
    folder.writeEnd(end);
    expect(folder.finished()).toMatchObject({ end, metrics: { test: [test] }, activations: [] });
    writeFileSync(folder.metricsPath, trainLine);
    expect(folder.finished()).toBeNull();
    writeFileSync(folder.metricsPath, trainLine + testLine.slice(0, -1));
    expect(folder.finished()).toBeNull();
  });

  it('counts steps in order, each once', () => {
    const two = RunFolder.of(out, { ...config, maxSteps: 2 });
    two.prepare({ fresh: false });
    const test = testLine.replace('1', '2');
    writeFileSync(two.metricsPath, trainLine + trainLine + test);
    two.writeEnd({ ...end, step: 2 });
    expect(two.finished()).toBeNull();
    writeFileSync(two.metricsPath, trainLine + trainLine.replace('1', '2') + test);
    two.writeEnd({ ...end, step: 2 });
    expect(two.finished()?.metrics.train).toHaveLength(2);
  });

  it('is unfinished with more steps, unless early stopping ended it', () => {
    const folder = RunFolder.of(out, config);
    folder.prepare({ fresh: false });
    writeFileSync(folder.metricsPath, trainLine + testLine);
    folder.writeEnd(end);
    const longer = folder.withSteps(9);
    expect(longer.finished()).toBeNull();
    folder.writeEnd({ ...end, stoppedEarly: true });
    expect(longer.finished()).toMatchObject({ end: { step: 1 } });
  });

  it('is opened by its path, with its own config', () => {
    const { path } = RunFolder.of(out, config);
    expect(() => RunFolder.open(path)).toThrow(`${path} is not the folder of a run: it has no config.json.`);
    RunFolder.of(out, config).prepare({ fresh: false });
    expect(RunFolder.open(path).config).toEqual(config);
    writeFileSync(join(path, 'config.json'), JSON.stringify({ ...config, dropot: 1 }));
    expect(() => RunFolder.open(path)).toThrow(
      'config.json is not the config of a run: there is no "dropot"; did you mean "dropout"?',
    );
  });

  it('accepts an environment file that cannot be read', () => {
    const folder = RunFolder.of(out, config);
    folder.prepare({ fresh: false });
    writeFileSync(join(folder.path, 'environment.json'), '');
    expect(folder.sessions).toEqual([]);
  });

  it.each(['activations.json', 'model.safetensors', 'result.json', 'checkpoints/best.safetensors'])(
    'reports before any training that a folder has the path of %s',
    (name) => {
      const folder = RunFolder.of(out, config);
      folder.prepare({ fresh: false });
      mkdirSync(join(folder.path, name), { recursive: true });
      expect(() => folder.prepare({ fresh: false })).toThrow(
        `${join(folder.path, name)} is a folder; expected a file of the run. Move it away.`,
      );
    },
  );

  it('names the file that is invalid', () => {
    const folder = RunFolder.of(out, config);
    folder.prepare({ fresh: false });
    writeFileSync(join(folder.path, 'result.json'), '{"step":0}');
    expect(() => folder.finished()).toThrow(
      /result\.json is not a file of this program \(step: .*\)\. Remove it, and the run resumes from its last checkpoint\./,
    );
  });

  it('ignores metrics without a config, which an interrupted removal leaves', () => {
    const folder = RunFolder.of(out, config);
    folder.prepare({ fresh: false });
    writeFileSync(folder.metricsPath, trainLine + testLine);
    folder.writeEnd(end);
    rmSync(join(folder.path, 'config.json'));
    folder.prepare({ fresh: false });
    expect(folder.finished()).toBeNull();
  });

  it('sets aside the files of a run whose config is missing, each time in a new folder', () => {
    const folder = RunFolder.of(out, config);
    for (const number of [1, 2]) {
      expect(folder.prepare({ fresh: false })).toBeNull();
      folder.writeBest({}, test);
      writeFileSync(join(folder.path, 'checkpoints/last.safetensors'), `checkpoint ${number}`);
      writeFileSync(folder.metricsPath, trainLine);
      writeFileSync(join(folder.path, 'events.out.tfevents.1.host'), '');
      writeFileSync(join(folder.path, 'notes.txt'), 'mine');
      folder.writeModel(Uint8Array.of(1));
      rmSync(join(folder.path, 'config.json'));
      const aside = join(folder.path, `set-aside-${number}`);
      expect(folder.prepare({ fresh: false })).toBe(aside);
      expect(readFileSync(join(aside, 'checkpoints/last.safetensors'), 'utf8')).toBe(`checkpoint ${number}`);
      expect(readdirSync(aside).sort()).toEqual([
        'checkpoints',
        'events.out.tfevents.1.host',
        'metrics.jsonl',
        'model.safetensors',
      ]);
      expect(existsSync(join(folder.path, 'notes.txt'))).toBe(true);
    }
  });

  it.each([
    ['leads to nothing', (path: string) => symlinkSync(join(path, '../../gone'), path), 'is a broken link'],
    ['leads to itself', (path: string) => symlinkSync(path, path), 'ELOOP'],
  ])('changes nothing if the link config.json %s', (_, link, message) => {
    const folder = RunFolder.of(out, config);
    folder.prepare({ fresh: false });
    folder.writeBest({}, test);
    rmSync(join(folder.path, 'config.json'));
    link(join(folder.path, 'config.json'));
    expect(() => folder.finished()).toThrow(message);
    expect(() => folder.prepare({ fresh: false })).toThrow(message);
    expect(existsSync(folder.bestPath)).toBe(true);
    expect(readdirSync(folder.path).sort()).toEqual(['checkpoints', 'config.json']);
  });

  it('replaces with --fresh the files of a run, and no others', () => {
    const folder = RunFolder.of(out, config);
    folder.prepare({ fresh: false });
    folder.writeBest({}, test);
    const mine = ['notes.txt', 'checkpoints/mine.safetensors', 'plots/loss.png', 'metrics.jsonl.bak'];
    const written = ['metrics.jsonl', 'model.safetensors', 'result.json', 'checkpoints/last.safetensors'];
    mkdirSync(join(folder.path, 'plots'));
    for (const name of [...mine, ...written, 'events.out.tfevents.1.host'])
      writeFileSync(join(folder.path, name), name);
    folder.prepare({ fresh: true });
    for (const name of mine) expect(readFileSync(join(folder.path, name), 'utf8')).toBe(name);
    expect(readdirSync(folder.path).sort()).toEqual([
      ...['checkpoints', 'config.json', 'metrics.jsonl.bak', 'notes.txt', 'plots'],
    ]);
    expect(readdirSync(join(folder.path, 'checkpoints'))).toEqual(['mine.safetensors']);
  });

  it.each(['config.json', 'metrics.jsonl', 'checkpoints/previous.safetensors'])(
    'removes nothing with --fresh where a folder has the path of %s',
    (name) => {
      const folder = RunFolder.of(out, config);
      mkdirSync(join(folder.path, name), { recursive: true });
      writeFileSync(join(folder.path, 'model.safetensors'), 'trained');
      const message = `${join(folder.path, name)} is a folder; expected a file of the run. Move it away.`;
      expect(() => folder.prepare({ fresh: true })).toThrow(message);
      expect(readFileSync(folder.modelPath, 'utf8')).toBe('trained');
    },
  );

  it('removes a broken link in the place of a file with --fresh', () => {
    const folder = RunFolder.of(out, config);
    folder.prepare({ fresh: false });
    symlinkSync(join(out, 'missing'), folder.metricsPath);
    folder.prepare({ fresh: true });
    expect(readdirSync(folder.path)).toEqual(['config.json']);
  });

  it('removes nothing with --fresh where a file has the path of the checkpoints', () => {
    const folder = RunFolder.of(out, config);
    folder.prepare({ fresh: false });
    writeFileSync(join(folder.path, 'checkpoints'), '');
    const message = `${join(folder.path, 'checkpoints')} is a file; expected a folder of the run. Move it away.`;
    expect(() => folder.prepare({ fresh: true })).toThrow(message);
    expect(readdirSync(folder.path).sort()).toEqual(['checkpoints', 'config.json']);
  });

  it('advises to move a folder that has the path of config.json, before any replacement', () => {
    const folder = RunFolder.of(out, config);
    mkdirSync(join(folder.path, 'config.json'), { recursive: true });
    expect(() => folder.finished()).toThrow(
      `${join(folder.path, 'config.json')} is a folder; expected a file of the run. Move it away.`,
    );
  });

  it('writes nothing if another process took the lock while this one was suspended', async () => {
    const folder = RunFolder.of(out, config);
    const unlock = await folder.lock();
    folder.prepare({ fresh: false });
    writeFileSync(`${folder.path}.lock`, JSON.stringify({ pid: 7, host: 'elsewhere', token: 'theirs' }));
    const taken = 'was taken by process 7 on elsewhere while this process had it.';
    expect(() => folder.writeEnd(end)).toThrow(taken);
    expect(() => folder.writeModel(Uint8Array.of(1))).toThrow(taken);
    expect(() => folder.writeBest({}, test)).toThrow(taken);
    expect(() => folder.writeActivations([])).toThrow(taken);
    expect(readdirSync(folder.path)).toEqual(['config.json']);
    unlock();
    expect(existsSync(`${folder.path}.lock`)).toBe(true);
  });

  it('detects figures and weights that were changed after its end', () => {
    const folder = RunFolder.of(out, config);
    folder.prepare({ fresh: false });
    writeFileSync(folder.metricsPath, trainLine + testLine);
    folder.writeModel(Uint8Array.of(1));
    folder.writeEnd(end);
    expect(folder.finished()?.end).toEqual(end);
    folder.checkModel();
    const result = join(folder.path, 'result.json');
    const before = readFileSync(result, 'utf8');
    writeFileSync(result, before.replace('"test_accuracy": 0.1', '"test_accuracy": 0.9'));
    const changed = (path: string) =>
      `${path} was changed after the run had ended: its SHA-256 differs from the one in result.json. Restore it.`;
    expect(() => folder.finished()).toThrow(changed(result));
    writeFileSync(result, before);
    writeFileSync(folder.metricsPath, (trainLine + testLine).replace('"train_loss":2', '"train_loss":1'));
    expect(() => folder.finished()).toThrow(changed(folder.metricsPath));
    writeFileSync(folder.metricsPath, trainLine + testLine);
    writeFileSync(folder.modelPath, Uint8Array.of(2));
    expect(() => folder.checkModel()).toThrow(changed(folder.modelPath));
    const { sha256, ...without } = JSON.parse(before);
    writeFileSync(result, JSON.stringify(without));
    expect(() => folder.finished()).toThrow(changed(result));
    writeFileSync(result, JSON.stringify({ ...without, sha256: { ...sha256, metrics: null, model: null } }));
    expect(() => folder.finished()).toThrow(changed(folder.metricsPath));
    expect(() => folder.checkModel()).toThrow(changed(folder.modelPath));
  });

  it.each(['config.json', 'result.json', 'metrics.jsonl'])(
    'reports in one sentence that %s is nested too deeply, and escapes control characters',
    (name) => {
      const folder = RunFolder.of(out, config);
      folder.prepare({ fresh: false });
      writeFileSync(folder.metricsPath, trainLine + testLine);
      folder.writeEnd(end);
      writeFileSync(join(folder.path, name), `${'['.repeat(100_000)}${']'.repeat(100_000)}\n`);
      expect(() => folder.finished()).toThrow(UserError);
      writeFileSync(join(folder.path, name), '\u001b[2J\u009b31m{\n');
      expect(() => folder.finished()).toThrow(/^(\P{Cc}|\n)*\\u001b(\P{Cc}|\n)*$/u);
    },
  );

  it('is locked beside itself, by one process at a time, also while --fresh replaces it', async () => {
    const folder = RunFolder.of(out, config);
    const unlock = await folder.lock();
    folder.prepare({ fresh: false });
    folder.prepare({ fresh: true });
    await expect(RunFolder.of(out, config).lock()).rejects.toThrow(
      `The run's folder ${folder.path} is in use by process ${process.pid} on ${hostname()}. Wait for it, or choose another --out or --seed. ` +
        `(If that process is no experiment, remove ${folder.path}.lock.)`,
    );
    (await RunFolder.of(out, { ...config, seed: 4 }).lock())();
    unlock();
    expect(readdirSync(join(folder.path, '..')).sort()).toEqual(['seed-3', 'seed-4']);
  });

  it('writes the best weights, and nothing if the folder of the run is gone', () => {
    const folder = RunFolder.of(out, config);
    expect(() => folder.writeBest({}, test)).toThrow(movedFolder(folder.path).message);
    expect(existsSync(folder.path)).toBe(false);
    folder.prepare({ fresh: false });
    folder.writeBest({}, test);
    expect(decodeSafetensors(readFileSync(folder.bestPath)).metadata).toEqual({
      step: '1',
      test_loss: '2',
      test_accuracy: '0.1',
    });
  });

  it('names the problem of a broken config and of a folder that cannot be created', () => {
    const folder = RunFolder.of(out, config);
    folder.prepare({ fresh: false });
    writeFileSync(join(folder.path, 'config.json'), '{');
    expect(() => folder.prepare({ fresh: false })).toThrow(
      /config\.json cannot be read as JSON: .* Replace the run with `run … --fresh`\./,
    );
    writeFileSync(join(folder.path, 'config.json'), 'null');
    expect(() => folder.finished()).toThrow(
      /config\.json contains null; expected a config\. Replace the run with `run … --fresh`\./,
    );
    folder.prepare({ fresh: true });
    const file = join(out, 'file');
    writeFileSync(file, '');
    expect(() => RunFolder.of(file, config).prepare({ fresh: false })).toThrow(
      /The run's folder .* cannot be created: .*[^.]\. Choose another with --out\./,
    );
  });
});
