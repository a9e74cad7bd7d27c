import { Dropout } from '@trainkit/dropout';
import { Linear, mseLoss, Sequential } from '@trainkit/nn';
import { BatchNorm } from '@trainkit/normalization';
import { AdamW, cosine } from '@trainkit/optimizers';
import { Generator } from '@trainkit/random';
import { describeBackends } from '@trainkit/testing';
import { expect, it } from 'vitest';
import { Epochs } from '../../fixtures/epochs.js';
import { type Logger, Trainer } from '../index.js';

describeBackends(
  'a trainer’s step on tfjs-node',
  () => {
    it.each([1, 2])(
      'is captured, with all that the trainer does around it; %d batches a step',
      async (accumulate) => {
        const generator = new Generator(0);
        const model = new Sequential(
          new Linear(3, 4),
          new BatchNorm(4),
          new Dropout(0.5, { generator }),
          new Linear(4, 1),
        );
        const optimizer = new AdamW(model.namedParameters(), { learningRate: cosine(0.01, { steps: 30 }) });
        const trainer = new Trainer({
          model,
          optimizer,
          batches: new Epochs(generator),
          state: { generator },
          step: ({ inputs, labels }) => ({ loss: mseLoss(model.forward(inputs), labels) }),
          clipGradNorm: 1,
          accumulate,
          measure: { every: 4, gradientNorm: true },
        });
        const messages: string[] = [];
        const log: Logger = { message: (text) => void messages.push(text) };
        await trainer.fit({ steps: 24, checkpointEvery: 8, log });
        expect(messages).toEqual([]);
        await trainer.dispose();
        optimizer.dispose();
        model.dispose();
      },
    );
  },
  { backends: ['tensorflow', 'native'] },
);
