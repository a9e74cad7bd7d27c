import * as tf from '@tensorflow/tfjs';
import { Dropout } from '@trainkit/dropout';
import {
  accuracy,
  binaryCrossEntropy,
  binaryCrossEntropyWithLogits,
  crossEntropy,
  ELU,
  Flatten,
  GELU,
  GLU,
  Hardswish,
  huberLoss,
  Identity,
  klDiv,
  LeakyReLU,
  Linear,
  LogSoftmax,
  l1Loss,
  Mish,
  Module,
  mseLoss,
  nllLoss,
  PReLU,
  ReLU,
  SELU,
  Sequential,
  Sigmoid,
  SiLU,
  Softmax,
  Softplus,
  smoothL1Loss,
  Tanh,
} from '@trainkit/nn';
import { BatchNorm, LayerNorm } from '@trainkit/normalization';
import * as optimizers from '@trainkit/optimizers';
import {
  Adagrad,
  Adam,
  AdamW,
  ASGD,
  clipGradNorm,
  clipGradValue,
  combine,
  cosine,
  decayGroups,
  Muon,
  NAdam,
  type ParameterOptimizer,
  RAdam,
  ReduceOnPlateau,
  RMSprop,
  ScheduleFreeAdamW,
  SGD,
} from '@trainkit/optimizers';
import { Generator, manualSeed } from '@trainkit/random';
import { describeBackends } from '@trainkit/testing';
import { describe, expect, it } from 'vitest';
import { batches, expectSameTraining, type Results } from '../fixtures/twins.js';

type Loss = (outputs: tf.Tensor, labels: tf.Tensor) => tf.Scalar;
type Optimize = (model: Module) => Pick<ParameterOptimizer<never>, 'applyGradients' | 'dispose'>;

const crossEntropyOf: Loss = (logits, labels) => crossEntropy(logits, labels);
const sgd: Optimize = (model) => new SGD(model.namedParameters(), { learningRate: 0.1 });

/**
 * A step of training that returns the loss, the accuracy and the gradients' norm, as the
 * experiments' does.
 */
function training(layers: () => Module[], loss: Loss, optimize: Optimize) {
  return () => {
    manualSeed(0);
    const model = new Sequential(...layers());
    const optimizer = optimize(model);
    const step = (x: tf.Tensor, labels: tf.Tensor) => {
      const outputs: tf.Tensor[] = [];
      const { value, grads } = tf.variableGrads(() => {
        const logits = tf.keep(model.forward(x));
        outputs.push(logits);
        return loss(logits, labels);
      }, model.parameters());
      const clipped = clipGradNorm(grads, 1);
      optimizer.applyGradients(clipped.grads);
      const correct = tf.tidy(() => accuracy(outputs[0]!, labels));
      tf.dispose(outputs);
      return { value, correct, norm: clipped.norm };
    };
    return {
      step,
      variables: () => Object.values(model.stateDict()),
      dispose: () => {
        optimizer.dispose();
        model.dispose();
      },
    };
  };
}

const around = (...layers: Module[]) => [new Linear(6, 8), ...layers, new Linear(8, 4)];

const LAYERS: Record<string, () => Module[]> = {
  'Linear without bias': () => [new Linear(6, 4, { bias: false })],
  ReLU: () => around(new ReLU()),
  Tanh: () => around(new Tanh()),
  Sigmoid: () => around(new Sigmoid()),
  Identity: () => around(new Identity()),
  GELU: () => around(new GELU()),
  'GELU by a tanh': () => around(new GELU({ approximate: 'tanh' })),
  SiLU: () => around(new SiLU()),
  Mish: () => around(new Mish()),
  Hardswish: () => around(new Hardswish()),
  LeakyReLU: () => around(new LeakyReLU()),
  PReLU: () => around(new PReLU()),
  'PReLU of channels': () => around(new PReLU({ numParameters: 8 })),
  ELU: () => around(new ELU({ alpha: 0.5 })),
  SELU: () => around(new SELU()),
  Softplus: () => around(new Softplus({ beta: 2, threshold: 1 })),
  Softmax: () => around(new Softmax()),
  'Softmax of a batch': () => around(new Softmax(0)),
  LogSoftmax: () => around(new LogSoftmax()),
  GLU: () => [new Linear(6, 8), new GLU(), new Linear(4, 4)],
  Flatten: () => [new Flatten(), ...around()],
  LayerNorm: () => around(new LayerNorm(8)),
  'LayerNorm without bias': () => around(new LayerNorm(8, { bias: false })),
  'LayerNorm without parameters': () => around(new LayerNorm(8, { elementwiseAffine: false })),
  BatchNorm: () => around(new BatchNorm(8)),
  'BatchNorm that averages all': () => around(new BatchNorm(8, { momentum: null })),
  'BatchNorm without parameters': () => around(new BatchNorm(8, { affine: false })),
  'BatchNorm in evaluation': () => around(new BatchNorm(8).eval()),
  Dropout: () => around(new Dropout(0.3)),
  'Dropout of everything': () => around(new Dropout(1)),
  'Dropout of nothing': () => around(new Dropout(0)),
  'Dropout in evaluation': () => around(new Dropout(0.5).eval()),
  'all together': () =>
    around(
      new BatchNorm(8),
      new ReLU(),
      new Dropout(0.15),
      new Linear(8, 8),
      new LayerNorm(8),
      new Tanh(),
      new Dropout(0.5, { generator: new Generator(7) }),
    ),
};

const hot = (labels: tf.Tensor) => tf.cast(tf.oneHot(labels, 4), 'float32');

const LOSSES: Record<string, Loss> = {
  crossEntropy: crossEntropyOf,
  'crossEntropy, sum': (x, y) => crossEntropy(x, y, { reduction: 'sum' }),
  'crossEntropy, none': (x, y) => tf.mean(crossEntropy(x, y, { reduction: 'none' })),
  'crossEntropy, weights': (x, y) => crossEntropy(x, y, { weight: [1, 2, 0.5, 3] }),
  'crossEntropy, labelSmoothing': (x, y) => crossEntropy(x, y, { labelSmoothing: 0.1 }),
  'crossEntropy, ignoreIndex': (x, y) => crossEntropy(x, y, { ignoreIndex: 2 }),
  mseLoss: (x, y) => mseLoss(x, hot(y)),
  'mseLoss, sum': (x, y) => mseLoss(x, hot(y), { reduction: 'sum' }),
  'crossEntropy, probabilities': (x, y) => crossEntropy(x, hot(y), { labelSmoothing: 0.1 }),
  'crossEntropy of sentences': (x, y) => crossEntropy(tf.expandDims(x, 0), tf.expandDims(hot(y), 0)),
  nllLoss: (x, y) => nllLoss(new LogSoftmax().forward(x), y, { weight: [1, 2, 0.5, 3], ignoreIndex: 2 }),
  l1Loss: (x, y) => l1Loss(x, hot(y)),
  smoothL1Loss: (x, y) => smoothL1Loss(x, hot(y), { beta: 0.5 }),
  huberLoss: (x, y) => huberLoss(x, hot(y), { delta: 0.5 }),
  binaryCrossEntropy: (x, y) => binaryCrossEntropy(tf.sigmoid(x), hot(y)),
  binaryCrossEntropyWithLogits: (x, y) => binaryCrossEntropyWithLogits(x, hot(y)),
  'binaryCrossEntropyWithLogits, weights': (x, y) =>
    binaryCrossEntropyWithLogits(x, hot(y), { weight: [1, 2, 0.5, 3], posWeight: [3, 0.5, 1, 2] }),
  klDiv: (x, y) => klDiv(new LogSoftmax().forward(x), hot(y), { reduction: 'batchmean' }),
  'klDiv, logTarget': (x, y) =>
    klDiv(new LogSoftmax().forward(x), tf.logSoftmax(hot(y)), { logTarget: true }),
};

const OPTIMIZERS: Record<string, Optimize> = {
  SGD: sgd,
  'SGD, decay, uphill': (model) =>
    new SGD(model.parameters(), { learningRate: 0.1, weightDecay: 0.1, maximize: true }),
  'SGD, momentum': (model) => new SGD(model.parameters(), { learningRate: 0.1, momentum: 0.9 }),
  'SGD, nesterov': (model) =>
    new SGD(model.parameters(), { learningRate: 0.1, momentum: 0.9, nesterov: true, weightDecay: 0.1 }),
  'SGD, dampening': (model) =>
    new SGD(model.parameters(), { learningRate: 0.1, momentum: 0.9, dampening: 0.5 }),
  Adam: (model) => new Adam(model.parameters(), { learningRate: 0.01 }),
  'Adam, decay, uphill': (model) => new Adam(model.parameters(), { weightDecay: 0.1, maximize: true }),
  'Adam, betas below 0.5': (model) => new Adam(model.parameters(), { betas: [0, 0.9] }),
  AdamW: (model) => new AdamW(model.parameters(), { learningRate: 0.01 }),
  'AdamW, amsgrad': (model) => new AdamW(model.parameters(), { learningRate: 0.01, amsgrad: true }),
  'AdamW, amsgrad, betas below 0.5': (model) =>
    new AdamW(model.parameters(), { amsgrad: true, betas: [0.4, 0.9] }),
  'AdamW, without decay': (model) => new AdamW(model.parameters(), { weightDecay: 0 }),
  'AdamW, groups': (model) =>
    new AdamW(
      decayGroups(model.namedParameters(), { weightDecay: 0.1 }).map((group, i) => ({
        ...group,
        learningRate: i === 0 ? 0.01 : (step: number) => 0.02 / (1 + step),
      })),
    ),
  'AdamW, a schedule': (model) => new AdamW(model.parameters(), { learningRate: cosine(0.1, { steps: 20 }) }),
  'RMSprop, centered, momentum, decay': (model) =>
    new RMSprop(model.parameters(), { centered: true, momentum: 0.9, weightDecay: 0.1 }),
  'Adagrad, a rate that decays': (model) => new Adagrad(model.parameters(), { lrDecay: 0.1 }),
  'NAdam, decoupled decay': (model) =>
    new NAdam(model.parameters(), { weightDecay: 0.1, decoupledWeightDecay: true }),
  'RAdam, decoupled decay': (model) =>
    new RAdam(model.parameters(), { weightDecay: 0.1, decoupledWeightDecay: true }),
  'ASGD, an average': (model) => new ASGD(model.parameters(), { t0: 3, lambd: 0.1 }),
  ...Object.fromEntries(
    Object.entries<unknown>(optimizers).flatMap(([name, kind]) =>
      isOptimizer(kind)
        ? [
            [
              `${name}, a rate`,
              (model: Module) =>
                name === 'Muon' ? muonAndOthers(model) : new kind(model.parameters(), { learningRate: 0.02 }),
            ] as const,
          ]
        : [],
    ),
  ),
};

/** Muon for the matrices, since it takes no others, and a schedule-free optimizer for the rest. */
function muonAndOthers(model: Module): ReturnType<Optimize> {
  const [others, matrices] = [false, true].map((isMatrix) =>
    model.namedParameters().filter(([, { rank }]) => (rank === 2) === isMatrix),
  );
  return combine([
    new Muon(matrices!, { learningRate: cosine(0.02, { steps: 20 }) }),
    new ScheduleFreeAdamW(others!, { learningRate: 0.01 }),
  ]);
}

type AnyOptimizer = new (params: tf.Variable[], options: object) => ReturnType<Optimize>;

function isOptimizer(value: unknown): value is AnyOptimizer {
  return typeof value === 'function' && value.prototype instanceof optimizers.ParameterOptimizer;
}

describeBackends(
  'a captured step',
  () => {
    describe.each(Object.entries(LAYERS))('with %s', (_, layers) => {
      it('gives the bytes of the eager one', () => {
        expectSameTraining(training(layers, crossEntropyOf, sgd), batches(8));
      });
    });

    describe.each(Object.entries(LOSSES))('with %s', (_, loss) => {
      it('gives the bytes of the eager one', () => {
        expectSameTraining(
          training(() => around(new ReLU()), loss, sgd),
          batches(8),
        );
      });
    });

    describe.each(Object.entries(OPTIMIZERS))('with %s', (_, optimize) => {
      it('gives the bytes of the eager one', () => {
        expectSameTraining(
          training(() => around(new ReLU()), crossEntropyOf, optimize),
          batches(12),
        );
      });
    });

    it('takes a last batch that is smaller', () => {
      const rows = [...batches(8), ...batches(2, 3), ...batches(6), ...batches(4, 3)];
      const make = training(
        () => around(new LayerNorm(8), new Dropout(0.2)),
        crossEntropyOf,
        OPTIMIZERS['AdamW']!,
      );
      const { status } = expectSameTraining(make, rows);
      expect(status.graphs).toBe(2);
    });

    it('takes a rate that ReduceOnPlateau lowers by what the step returned', () => {
      const make = () => {
        manualSeed(0);
        const model = new Sequential(...around(new Tanh()));
        const plateau = new ReduceOnPlateau(0.1, { patience: 0, threshold: 0.5 });
        const optimizer = new SGD(model.parameters(), { learningRate: plateau.learningRate });
        const step = (x: tf.Tensor, y: tf.Tensor) =>
          optimizer.minimize(() => crossEntropy(model.forward(x), y), true)!;
        return {
          step,
          after: (loss: Results) => {
            if (loss instanceof tf.Tensor) optimizer.learningRate = plateau.step(loss.dataSync()[0]!);
          },
          variables: () => model.parameters(),
          dispose: () => {
            optimizer.dispose();
            model.dispose();
          },
        };
      };
      expectSameTraining(make, batches(12));
    });

    it.each([
      ['', false],
      [', after hooks were removed', true],
    ])('takes a cell of several inputs and outputs, with and without a mask%s', (_, hooks) => {
      const make = () => {
        manualSeed(0);
        const model = new Recurrent();
        if (hooks) {
          model.cell.registerForwardHook(() => {})();
          model.registerForwardPreHook(() => {})();
        }
        const optimizer = new AdamW(model.namedParameters(), { learningRate: 0.1 });
        const step = (x: tf.Tensor, y: tf.Tensor) =>
          optimizer.minimize(() => {
            const { logits } = model.forward(x);
            const masked = model.forward(x, tf.scalar(0.5), { steps: 3 });
            return tf.add(crossEntropy(logits, y), crossEntropy(masked.logits, y));
          }, true)!;
        return {
          step,
          variables: () => model.parameters(),
          dispose: () => {
            optimizer.dispose();
            model.dispose();
          },
        };
      };
      expectSameTraining(make, batches(8));
    });

    it('leaves variables alone that have no gradient', () => {
      const make = () => {
        manualSeed(0);
        const [used, unused] = [new Linear(6, 4), new Linear(6, 4)];
        const optimizer = new AdamW([...used.parameters(), ...unused.parameters()], { learningRate: 0.1 });
        const step = (x: tf.Tensor, y: tf.Tensor) => {
          const { value, grads } = tf.variableGrads(
            () => crossEntropy(used.forward(x), y),
            used.parameters(),
          );
          optimizer.applyGradients(clipGradValue(grads, 0.01));
          return value;
        };
        return {
          step,
          variables: () => [...used.parameters(), ...unused.parameters()],
          dispose: () => {
            optimizer.dispose();
            used.dispose();
            unused.dispose();
          },
        };
      };
      expectSameTraining(make, batches(8));
    });
  },
  { backends: ['tensorflow', 'native'] },
);

class Cell extends Module<[x: tf.Tensor, h: tf.Tensor, mask?: tf.Tensor], [output: tf.Tensor, h: tf.Tensor]> {
  readonly input = new Linear(6, 4);
  readonly recurrent = new Linear(4, 4);

  override forward(x: tf.Tensor, h: tf.Tensor, mask?: tf.Tensor): [tf.Tensor, tf.Tensor] {
    const next = tf.tanh(tf.add(this.input.forward(x), this.recurrent.forward(h)));
    return [mask === undefined ? next : tf.mul(next, mask), next];
  }
}

class Recurrent extends Module<
  [x: tf.Tensor, mask?: tf.Tensor, options?: { steps: number }],
  { logits: tf.Tensor; h: tf.Tensor }
> {
  readonly cell = new Cell();

  override forward(x: tf.Tensor, mask?: tf.Tensor, { steps }: { steps: number } = { steps: 2 }) {
    let [logits, h] = this.cell.forward(x, tf.zeros([x.shape[0]!, 4]), mask);
    for (let i = 1; i < steps; i++) [logits, h] = this.cell.forward(x, h, mask);
    return { logits, h };
  }
}

describeBackends('a captured step', (backend) => {
  const replays = backend === 'tensorflow' || backend === 'native';

  it('is the plain call where there are no graphs', () => {
    const make = training(() => around(new ReLU(), new Dropout(0.3)), crossEntropyOf, OPTIMIZERS['AdamW']!);
    const { status } = expectSameTraining(make, batches(6), { replays });
    if (replays) return;
    const reason = `the backend "${backend}" has no graphs`;
    expect(status).toEqual({ mode: 'eager', reason, replayed: 0, graphs: 0 });
  });
});
