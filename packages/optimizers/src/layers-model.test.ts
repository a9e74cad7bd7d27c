import * as tf from '@tensorflow/tfjs';
import { describeBackends } from '@trainkit/testing';
import { expect, it } from 'vitest';
import {
  Adafactor,
  Adam,
  AdamW,
  adafactor,
  adam,
  adamw,
  combine,
  Muon,
  type OptimizerState,
  ParameterOptimizer,
  ScheduleFreeAdamW,
  ScheduleFreeSGD,
  SGD,
  scheduleFreeAdamW,
  scheduleFreeSGD,
  sgd,
} from './index.js';

type Made = tf.Optimizer;

const rows: [className: string, make: () => Made, kind: new (...args: never[]) => Made][] = [
  ['TrainkitSGD', () => sgd({ learningRate: 0.02, momentum: 0.9, nesterov: true, weightDecay: 0.01 }), SGD],
  ['TrainkitAdam', () => adam({ learningRate: 0.02, betas: [0.8, 0.99], weightDecay: 0.1 }), Adam],
  ['TrainkitAdamW', () => adamw({ learningRate: 0.02, eps: 1e-6, amsgrad: true }), AdamW],
  ['TrainkitAdafactor', () => adafactor({ learningRate: 0.1, eps: [1e-6, 1] }), Adafactor],
  ['TrainkitScheduleFreeAdamW', () => scheduleFreeAdamW({ learningRate: 0.05 }), ScheduleFreeAdamW],
  ['TrainkitScheduleFreeSGD', () => scheduleFreeSGD({ learningRate: 0.05 }), ScheduleFreeSGD],
];

describeBackends('tf.LayersModel', () => {
  it.each(rows)(
    '%s compiles, trains, and goes on exactly after save and load',
    async (className, make, kind) => {
      const [x, y] = data();
      const model = compiled(make());
      await train(model, x, y, 3);
      const loaded = await tf.loadLayersModel(tf.io.fromMemory(await save(model)));
      const optimizer = optimizerOf(loaded);
      expect(optimizer).toBeInstanceOf(kind);
      expect(optimizer.getClassName()).toBe(className);
      expect(optimizer.getConfig()).toEqual(optimizerOf(model).getConfig());
      expect(optimizer.iterations).toBe(3);
      const [losses, others] = [await train(model, x, y, 4), await train(loaded, x, y, 4)];
      expect(others).toEqual(losses);
      expect(losses.at(-1)).toBeLessThan(losses[0]!);
      expect(weights(loaded)).toEqual(weights(model));
      free(model, loaded);
      tf.dispose([x, y]);
    },
  );

  it('is trained by combined optimizers, and says where their state belongs when it is saved with them', async () => {
    const [x, y] = data();
    const model = compiled(sgd({ learningRate: 0.1 }));
    model.optimizer.dispose();
    const variables = model.trainableWeights
      .map((weight) => weight.read())
      .filter((one) => one instanceof tf.Variable);
    const optimizer = combine([
      new Muon(
        variables.filter(({ rank }) => rank === 2),
        { learningRate: 0.05 },
      ),
      new AdamW(
        variables.filter(({ rank }) => rank !== 2),
        { learningRate: 0.05 },
      ),
    ]);
    model.compile({ optimizer, loss: 'meanSquaredError' });
    const losses = await train(model, x, y, 4);
    expect(losses.at(-1)).toBeLessThan(losses[0]!);
    expect(optimizer.iterations).toBe(4);
    await expect(save(model)).rejects.toThrow('Save optimizer.stateDict() beside the model.');
    free(model);
    tf.dispose([x, y]);
  });

  it('still finds TensorFlow.js’ own Adam by its name, and tells the classes apart', () => {
    const { classNameMap } = tf.serialization.SerializationMap.getMap();
    expect(classNameMap['Adam']?.[0]).toBe(tf.AdamOptimizer);
    expect(classNameMap['SGD']?.[0]).toBe(tf.SGDOptimizer);
    const [ours, stock] = [adamw(), tf.train.adam(0.1)];
    expect(ours).toBeInstanceOf(tf.Optimizer);
    expect([ours instanceof AdamW, ours instanceof SGD]).toEqual([true, false]);
    expect([stock instanceof AdamW, stock instanceof Adam]).toEqual([false, false]);
    ours.dispose();
    stock.dispose();
  });

  it('saves what it loaded and was never trained', async () => {
    const [x, y] = data();
    const model = compiled(adamw({ learningRate: 0.1 }));
    await train(model, x, y, 3);
    const once = await tf.loadLayersModel(tf.io.fromMemory(await save(model)));
    const twice = await tf.loadLayersModel(tf.io.fromMemory(await save(once)));
    expect(await train(twice, x, y, 2)).toEqual(await train(model, x, y, 2));
    free(model, once, twice);
    tf.dispose([x, y]);
  });

  it('gives the state to weights whose names TensorFlow.js has numbered, again and again', async () => {
    const [x, y] = data();
    const model = compiled(adamw({ learningRate: 0.1 }));
    await train(model, x, y, 3);
    const models: tf.LayersModel[] = [model];
    for (let i = 0; i < 3; i++) {
      models.push(await tf.loadLayersModel(tf.io.fromMemory(await save(models.at(-1)!))));
      await train(models.at(-1)!, x, y, 2);
    }
    const names = models.map(({ trainableWeights }) => trainableWeights[0]!.name);
    expect(names[1]).toMatch(/\/kernel_\d+$/);
    expect(new Set(names).size).toBe(4);
    await train(model, x, y, 6);
    expect(weights(models[3]!)).toEqual(weights(model));
    const { state } = stateOf(models[3]!);
    expect(Object.values(state).map(({ step }) => step)).toEqual([9, 9, 9, 9]);
    free(...models);
    tf.dispose([x, y]);
  });

  it('gives weights with a number of their own their state, not that of the name without it', async () => {
    const names = ['own', 'own_1', 'own_2'];
    const make = () => names.map((name, i) => tf.tidy(() => tf.variable(tf.tensor1d([10 ** i]), true, name)));
    const step = (of: Made, variables: tf.Variable[]) =>
      of.minimize(() => tf.addN(variables.map((one) => tf.sum<tf.Scalar>(tf.square(one)))), false, variables);
    const [whole, parted] = [make(), adamw({ learningRate: 0.1 })];
    step(parted, whole);
    const saved = (await parted.getWeights()).map(({ name, tensor }) => ({ name, tensor: tensor.clone() }));
    step(parted, whole);
    const expected = whole.map((one) => one.dataSync()[0]);
    tf.dispose(whole);
    const again = make();
    const first = adamw({ learningRate: 0.1 });
    step(first, again);
    const loaded = adamw({ learningRate: 0.1 });
    await loaded.setWeights(saved);
    // In another order, as a model may have it.
    step(loaded, again.toReversed());
    expect(again.map((one) => one.dataSync()[0])).toEqual(expected);
    tf.dispose([again, saved.map(({ tensor }) => tensor)]);
    for (const each of [parted, first, loaded]) each.dispose();
  });

  it('refuses a state that fits in part, and changes nothing', async () => {
    const [x, y] = data();
    const model = compiled(adamw({ learningRate: 0.1 }));
    await train(model, x, y, 2);
    const given = await optimizerOf(model).getWeights();
    const other = tf.sequential({
      layers: [
        tf.layers.dense({ units: 4, inputShape: [3], activation: 'tanh', name: model.layers[0]!.name }),
        tf.layers.dense({ units: 1, name: 'another_head' }),
      ],
    });
    const optimizer = adamw({ learningRate: 0.1 });
    await optimizer.setWeights(given);
    const before = weights(other);
    const variables = other.trainableWeights.map((weight) => weight.read() as tf.Variable);
    const loss = () => tf.mean<tf.Scalar>(tf.square(other.apply(x) as tf.Tensor));
    expect(() => optimizer.minimize(loss, false, variables)).toThrow(
      /^AdamW: the loaded weights are of dense_Dense\d+\/kernel.*, and none of another_head\/kernel.*, another_head\/bias.*\. /,
    );
    expect(weights(other)).toEqual(before);
    expect([optimizer.iterations, Object.keys(optimizer.stateDict().state)]).toEqual([2, []]);
    optimizer.dispose();
    other.dispose();
    free(model);
    tf.dispose([x, y]);
  });

  it('gives each weight its own state where a layer was frozen in between', async () => {
    const [x, y] = data();
    const model = compiled(adamw({ learningRate: 0.1 }));
    await train(model, x, y, 3);
    const loaded = await tf.loadLayersModel(tf.io.fromMemory(await save(model)));
    for (const one of [model, loaded]) {
      const optimizer = optimizerOf(one);
      one.layers[0]!.trainable = false;
      one.compile({ optimizer, loss: 'meanSquaredError' });
      await train(one, x, y, 2);
      one.layers[0]!.trainable = true;
      one.compile({ optimizer, loss: 'meanSquaredError' });
      await train(one, x, y, 2);
    }
    expect(weights(loaded)).toEqual(weights(model));
    free(model, loaded);
    tf.dispose([x, y]);
  });

  it('takes an optimizer with variables of its own and their paths', async () => {
    const [x, y] = data();
    const model = compiled(adamw());
    const own = new AdamW(
      model.trainableWeights.map((weight) => [weight.name, weight.read() as tf.Variable] as const),
      { learningRate: 0.1 },
    );
    model.compile({ optimizer: own, loss: 'meanSquaredError' });
    await train(model, x, y, 2);
    const saved = await own.getWeights();
    const names = saved.map(({ name }) => name).filter((name) => !name.endsWith('_scale'));
    expect(names.slice(0, 4)).toEqual([
      'iter',
      ...['step', 'exp_avg', 'exp_avg_sq'].map((key) => `${model.trainableWeights[0]!.name}/${key}`),
    ]);
    const before = weights(model);
    const copies = saved.map(({ name, tensor }) => ({ name, tensor: tensor.clone() }));
    await train(model, x, y, 2);
    const after = weights(model);
    await own.setWeights(copies);
    tf.dispose(copies.map(({ tensor }) => tensor));
    tf.tidy(() =>
      model.setWeights(before.map((values, i) => tf.tensor(values, model.weights[i]!.shape as number[]))),
    );
    await train(model, x, y, 2);
    expect(weights(model)).toEqual(after);
    free(model);
    tf.dispose([x, y]);
  });

  it('cannot hold a schedule or several groups', async () => {
    const scheduled = compiled(adamw({ learningRate: () => 0.1 }));
    await expect(save(scheduled)).rejects.toThrow(
      'AdamW: a schedule is a function and cannot be saved with a model. Set optimizer.learningRate to a number before ' +
        'model.save, and to the schedule after tf.loadLayersModel.',
    );
    const [a, b] = [1, 2].map((value) => tf.tidy(() => tf.variable(tf.scalar(value)))) as [
      tf.Variable,
      tf.Variable,
    ];
    const grouped = new SGD([{ params: [a] }, { params: [b] }], { learningRate: 1 });
    expect(() => grouped.getConfig()).toThrow(
      'SGD: a saved model has one set of options; this optimizer has 2 groups. Save optimizer.stateDict() beside the model.',
    );
    free(scheduled);
    grouped.dispose();
    tf.dispose([a, b]);
  });

  it('refuses weights of another optimizer or another model', async () => {
    const [x, y] = data();
    const model = compiled(adamw());
    await train(model, x, y, 1);
    const given = await optimizerOf(model).getWeights();
    const other = sgd({ learningRate: 1 });
    await expect(other.setWeights(given)).rejects.toThrow(
      /SGD.setWeights: the name of a weight is ".*\/exp_avg"; expected a name that ends in \/step, \/momentum_buffer\./,
    );
    await expect(other.setWeights([])).rejects.toThrow(
      'the name of the first weight is undefined; expected "iter".',
    );
    const stranger = tf.tidy(() => tf.variable(tf.ones([7]), true, 'stranger'));
    const fresh = adamw();
    await fresh.setWeights(given);
    expect(() => fresh.minimize(() => tf.sum<tf.Scalar>(stranger), false, [stranger])).toThrow(
      /AdamW: the loaded weights are of .*, and none of stranger\. Load them into an optimizer of the same model\./,
    );
    fresh.dispose();
    free(model);
    tf.dispose([x, y, stranger]);
  });
});

function compiled(optimizer: Made): tf.Sequential {
  const model = tf.sequential({
    layers: [
      tf.layers.dense({ units: 4, inputShape: [3], activation: 'tanh' }),
      tf.layers.dense({ units: 1 }),
    ],
  });
  tf.tidy(() => model.setWeights(model.getWeights().map(({ shape, size }) => tf.tensor(waves(size), shape))));
  model.compile({ optimizer, loss: 'meanSquaredError' });
  return model;
}

const waves = (count: number) => Array.from({ length: count }, (_, i) => Math.sin(i * 1.7));

function data(): [tf.Tensor, tf.Tensor] {
  return [tf.tensor(waves(24), [8, 3]), tf.tensor(waves(8), [8, 1])];
}

async function train(model: tf.LayersModel, x: tf.Tensor, y: tf.Tensor, epochs: number): Promise<number[]> {
  const { history } = await model.fit(x, y, { epochs, batchSize: 8, shuffle: false, verbose: 0 });
  return history['loss'] as number[];
}

async function save(model: tf.LayersModel): Promise<tf.io.ModelArtifacts> {
  let artifacts: tf.io.ModelArtifacts = {};
  const handler = tf.io.withSaveHandler(async (saved) => {
    artifacts = saved;
    return { modelArtifactsInfo: tf.io.getModelArtifactsInfoForJSON(saved) };
  });
  await model.save(handler, { includeOptimizer: true });
  return artifacts;
}

/** tfjs-layers knows only that it is a tf.Optimizer. */
function optimizerOf(model: tf.LayersModel): Made {
  const { optimizer } = model;
  if (optimizer instanceof ParameterOptimizer) return optimizer;
  throw new Error('another optimizer');
}

function stateOf(model: tf.LayersModel): OptimizerState {
  const { optimizer } = model;
  if (optimizer instanceof ParameterOptimizer) return optimizer.stateDict();
  throw new Error('another optimizer');
}

function weights(model: tf.LayersModel): number[][] {
  return model.getWeights().map((weight) => [...weight.dataSync()]);
}

function free(...models: tf.LayersModel[]): void {
  for (const model of models) {
    model.optimizer.dispose();
    model.dispose();
  }
}
