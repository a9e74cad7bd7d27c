import '@tensorflow/tfjs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { describeOptions } from '@trainkit/testing/options';
import { expect } from 'vitest';
import { browserFolder, jsonLines as storedJsonLines } from './browser/index.js';
import { bestBy, EarlyStopping, earlyStopping, evaluate, RunFolder, Trainer } from './index.js';
import { FileStore, jsonLines, loadState, Progress, progress, runFolder, tensorboard } from './node/index.js';

// Options are checked first, so nothing is created.
const FOLDER = join(tmpdir(), 'trainkit-options');
const { store } = runFolder(FOLDER);
/** A trainer without steps. */
function idle(): Trainer<never> {
  const loss = tf.scalar(0);
  const model = tf.variable(loss);
  return new Trainer({ model, optimizer: tf.train.sgd(1), batches: [], step: () => loss });
}

describeOptions({
  'CheckpointStore.write': async (options) => {
    for (const each of [store, browserFolder('run').store]) {
      await expect(each.write('a', new Uint8Array(), options)).rejects.toThrow('notAnOption');
    }
    return store.write('a', new Uint8Array(), options);
  },
  EarlyStopping: (options) => new EarlyStopping('stop', options, 1),
  RunFolder: (options) => new RunFolder(store, options),
  Trainer: (options) => new Trainer(options),
  'Trainer.fit': (options) => idle().fit(options),
  bestBy,
  earlyStopping,
  evaluate: (options) => evaluate((x) => x, [], {}, options),
});
describeOptions(
  {
    'FileStore.write': (options) => new FileStore(FOLDER).write('a', new Uint8Array(), options),
    Progress: (options) => new Progress(options),
    RunFolder: (options) => new RunFolder(store, options),
    jsonLines,
    loadState: (options) => loadState(join(FOLDER, 'state.safetensors'), {}, options),
    progress,
    runFolder: (options) => runFolder(FOLDER, options),
    tensorboard,
  },
  { entry: './node' },
);
describeOptions(
  {
    RunFolder: (options) => new RunFolder(store, options),
    // A trainer is served, or any object with its methods.
    'ServedTrainer.fit': (options) => idle().fit(options as never),
    browserFolder: (options) => browserFolder('run', options),
    jsonLines: storedJsonLines,
  },
  { entry: './browser' },
);
