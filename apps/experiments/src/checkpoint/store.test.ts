import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeBackends } from '@trainkit/testing';
import { afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { loadData } from '../data/load.js';
import { movedFolder } from '../runs/moved-folder.js';
import { testConfig } from '../testing/run-config.js';
import { Training } from '../training/training.js';
import type { TrainingState } from '../training/training-state.js';
import { type CheckpointStage, CheckpointStore } from './store.js';

const config = testConfig({ hiddenSizes: [6], maxSteps: 9 });

let states: TrainingState[];
let folder: string;
let store: CheckpointStore;
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'checkpoints-')), 'checkpoints');
  store = new CheckpointStore(folder, config);
});
afterEach(() => rmSync(join(folder, '..'), { recursive: true }));

/** Three states, one a step. */
async function threeStates(): Promise<TrainingState[]> {
  const training = new Training(config, await loadData('sample'));
  const made = Array.from({ length: 3 }, () => {
    const { loss, accuracy } = training.trainStep({ gradientNorm: false, gradients: false });
    loss.dispose();
    accuracy.dispose();
    return training.state();
  });
  training.dispose();
  return made;
}

/** Saves the states of the first `count` steps. */
function save(count: number): void {
  for (const state of states.slice(0, count)) store.save(state);
}

describeBackends(
  'CheckpointStore',
  () => {
    beforeAll(async () => {
      states = await threeStates();
    });

    it('has none at first', () => {
      expect(store.load()).toBeNull();
    });

    it('keeps the last and the one before, and gives the last', () => {
      save(3);
      expect(readdirSync(folder).sort()).toEqual(['last.safetensors', 'previous.safetensors']);
      expect(store.load()).toMatchObject({ state: { step: 3 }, path: store.lastPath, problems: [] });
    });

    it.each(['half-written', 'written', 'moved', 'renamed'] as const)(
      'has a good one when the process ends at the stage "%s"',
      (killedAt) => {
        save(2);
        const third = states[2];
        if (!third) throw new Error('no third state');
        expect(() =>
          store.save(third, (stage) => {
            if (stage === killedAt) throw new Error('killed');
          }),
        ).toThrow('killed');
        const loaded = store.load();
        expect(loaded?.state.step).toBe(killedAt === 'renamed' ? 3 : 2);
        expect(loaded?.problems).toEqual([]);
        expect(readdirSync(folder).filter((name) => name.includes('.tmp'))).toEqual([]);
      },
    );

    it('goes back to the previous one, says why, and never writes the bad one over it', () => {
      save(2);
      truncateSync(store.lastPath, 1000);
      const loaded = store.load();
      expect(loaded?.state.step).toBe(1);
      expect(loaded?.problems).toEqual([
        expect.stringMatching(
          /^The checkpoint .*last\.safetensors cannot be used: it is truncated or damaged \(.*\)\.$/,
        ),
      ]);
      const [first] = states;
      if (first) store.save(first);
      expect(readdirSync(folder).sort()).toEqual([
        'last.safetensors',
        'last.safetensors.unusable',
        'previous.safetensors',
      ]);
      expect(store.load()?.problems).toEqual([]);
    });

    it('keeps the good one where the bad one cannot be set aside', () => {
      save(2);
      truncateSync(store.lastPath, 1000);
      mkdirSync(join(`${store.lastPath}.unusable`, 'full'), { recursive: true });
      expect(() => store.load()).toThrow(
        /^The damaged checkpoint .*last\.safetensors cannot be set aside: .*\. Remove it, and the run goes on from the one before it\.$/,
      );
      rmSync(store.lastPath);
      expect(store.load()?.state.step).toBe(1);
    });

    it('says that a file stands where they are to be', () => {
      mkdirSync(folder, { recursive: true });
      const file = join(folder, 'file');
      writeFileSync(file, '');
      expect(() => new CheckpointStore(file, config).load()).toThrow(
        `${file} is a file, where the run keeps its checkpoints. Move it away.`,
      );
    });

    it('is not written where the folder of the run is gone', () => {
      const [state] = states;
      if (!state) throw new Error('There is a state.');
      const gone = join(folder, 'run/checkpoints');
      const moved = movedFolder(join(folder, 'run')).message;
      expect(() => new CheckpointStore(gone, config).save(state)).toThrow(moved);
      expect(() =>
        new CheckpointStore(gone, config).saveBest({}, { step: 3, test_loss: 0.5, test_accuracy: 0.75 }),
      ).toThrow(moved);
      expect(existsSync(join(folder, 'run'))).toBe(false);
    });

    it('is an error where none is good, naming each', () => {
      save(2);
      for (const name of readdirSync(folder)) truncateSync(join(folder, name), 1000);
      expect(() => store.load()).toThrow(
        /^The checkpoint .*last.* cannot be used: .*\. The checkpoint .*previous.* cannot be used: .*\. Make the run anew with `run … --fresh`\.$/,
      );
    });

    it("refuses another run's", () => {
      save(2);
      const other = new CheckpointStore(folder, { ...config, seed: 9 });
      expect(() => other.load()).toThrow("it belongs to another config: its seed is 3, the run's is 9.");
    });

    it('clears away what a killed process left half-written', () => {
      save(2);
      const dead = spawnSync(process.execPath, ['--version']).pid;
      copyFileSync(store.lastPath, join(folder, `.last.safetensors.tmp-${hostname()}-${dead}-00000000`));
      writeFileSync(join(folder, 'mine.tmp'), '');
      store.load();
      expect(readdirSync(folder).sort()).toEqual(['last.safetensors', 'mine.tmp', 'previous.safetensors']);
    });

    it('is one sentence where it cannot be written, and the last one is still there', () => {
      save(1);
      const before = readFileSync(store.lastPath);
      const [state] = states;
      if (!state) throw new Error('There is a state.');
      const full = (stage: CheckpointStage) => {
        if (stage === 'half-written') throw new Error('ENOSPC: no space left on device');
      };
      expect(() => store.save(state, full)).toThrow(
        /^The checkpoint .*last\.safetensors could not be written: ENOSPC.*\. Free some space or choose another --out; /,
      );
      expect(readFileSync(store.lastPath)).toEqual(before);
    });
  },
  { backends: ['cpu'] },
);
