import * as tf from '@tensorflow/tfjs';
import { useFastestBackend } from '@trainkit/backend';
import { DataLoader, tensorDataset } from '@trainkit/data';
import { Mean } from '@trainkit/metrics';
import { Linear, mseLoss, ReLU, Sequential } from '@trainkit/nn';
import { BatchNorm } from '@trainkit/normalization';
import { AdamW, clipGradNorm } from '@trainkit/optimizers';
import { manualSeed } from '@trainkit/random';
import { loadState, saveState } from '@trainkit/trainer/node';

const { name: backend } = await useFastestBackend();
const generator = manualSeed(0);
const x = generator.uniform(512, -3, 3);
const y = generator.normal(512, 0, 0.1).map((noise, i) => Math.sin(x[i]!) + noise);
const dataset = tensorDataset({ x: { data: x, shape: [512, 1] }, y: { data: y, shape: [512, 1] } });
const batches = new DataLoader(dataset, { batchSize: 32, shuffle: true });

const model = new Sequential(new Linear(1, 32), new BatchNorm(32), new ReLU(), new Linear(32, 1));
const optimizer = new AdamW(model.namedParameters(), { learningRate: 0.01 });
const loss = new Mean();

// All objects with a state. Run the program again to resume from the file, also during an epoch.
const parts = { model, optimizer, batches, generator, loss };
const path = `runs/own-loop/${backend}.safetensors`;
const loaded = await loadState(path, parts);
let step = Number(loaded?.values['step'] ?? 0);
while (batches.stateDict().epoch < 20) {
  for (const batch of batches) {
    tf.tidy(() => {
      const lossOf = () => mseLoss(model.forward(batch.x), batch.y);
      const { value, grads } = tf.variableGrads(lossOf, model.parameters());
      optimizer.applyGradients(clipGradNorm(grads, 1).grads);
      loss.update(value);
    });
    tf.dispose(batch);
    if (++step % 10 === 0) await saveState(path, { ...parts, step });
  }
  console.log(`epoch ${batches.stateDict().epoch}, step ${step}: loss ${loss.compute().toFixed(4)}`);
  loss.reset();
}
