import { DataLoader, randomSplit, tensorDataset } from '@trainkit/data';
import { Accuracy, ConfusionMatrix, MeanLoss } from '@trainkit/metrics';
import { crossEntropy, Linear, Sequential, Tanh } from '@trainkit/nn';
import { AdamW, oneCycle } from '@trainkit/optimizers';
import { manualSeed } from '@trainkit/random';
import { earlyStopping, evaluate, Trainer } from '@trainkit/trainer';
import { browserFolder, jsonLines } from '@trainkit/trainer/browser';
import { pageProgress, showResult, startWasm } from './page/page.js';

await startWasm();
const config = { seed: 0, steps: 1000 };
const generator = manualSeed(config.seed);

// Two spirals that turn around each other, one and a half times, with noise.
const labels = Int32Array.from({ length: 1000 }, (_, i) => i % 2);
const noise = generator.normal(labels.length, 0, 0.1);
const spiral = (radius: number, angle: number) => [radius * Math.cos(angle), radius * Math.sin(angle)];
const inputs = Array.from(noise, (turn, i) => spiral(i / 200, i / 106 + Math.PI * (i % 2) + turn));
const [train, validation, test] = randomSplit(tensorDataset({ inputs, labels }), [0.6, 0.2, 0.2]);

const model = new Sequential(new Linear(2, 32), new Tanh(), new Linear(32, 8), new Tanh(), new Linear(8, 2));
const confusion = new ConfusionMatrix(2);
const metrics = { loss: new MeanLoss(crossEntropy), accuracy: new Accuracy(), confusion };
const trainer = new Trainer({
  model,
  optimizer: new AdamW(model.namedParameters(), { learningRate: oneCycle(0.03, { steps: config.steps }) }),
  batches: new DataLoader(train, { batchSize: 64, shuffle: true }),
  state: { generator },
  step: ({ inputs, labels }) => ({ loss: crossEntropy(model.forward(inputs), labels) }),
  validate: { every: 50, run: () => evaluate(model, new DataLoader(validation), metrics) },
  clipGradNorm: 1,
  stop: earlyStopping({ metric: 'validation/loss', patience: 5 }),
  restoreBest: true,
});
// Reload the page to resume an interrupted run; a finished run is read from the browser's storage.
const folder = browserFolder('two-spirals', { config });
const log = [jsonLines(), pageProgress];
const { step } = await trainer.fit({ steps: config.steps, checkpointEvery: 50, folder, log });
const result = await evaluate(model, new DataLoader(test), metrics);
showResult({ step, ...result }, { model, points: inputs, labels });
