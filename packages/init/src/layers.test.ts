import * as tf from '@tensorflow/tfjs';
import { defaultGenerator, Generator, manualSeed } from '@trainkit/random';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import * as init from './index.js';
import * as layers from './layers.js';

let before = 0;
beforeEach(() => {
  before = tf.memory().numTensors;
});
afterEach(() => {
  expect(tf.memory().numTensors, 'tensors left over').toBe(before);
});

/**
 * Every initializer of the entry, with options that are not the defaults, and a layer's weight that
 * it fits.
 */
const members: [name: string, make: () => layers.Initializer, shape: number[], options: object][] = [
  ['xavierUniform', () => layers.xavierUniform({ gain: 2, seed: 0 }), [4, 3], { gain: 2 }],
  ['xavierNormal', () => layers.xavierNormal({ gain: 0.5, seed: 1 }), [4, 3], { gain: 0.5 }],
  [
    'kaimingUniform',
    () => layers.kaimingUniform({ a: 0.3, mode: 'fanOut', nonlinearity: 'leaky_relu', seed: 2 }),
    [4, 3],
    { a: 0.3, mode: 'fanOut', nonlinearity: 'leaky_relu' },
  ],
  [
    'kaimingNormal',
    () => layers.kaimingNormal({ nonlinearity: 'conv_transpose2d', seed: 3 }),
    [4, 3],
    { nonlinearity: 'conv_transpose2d' },
  ],
  ['lecunUniform', () => layers.lecunUniform({ seed: 4 }), [4, 3], {}],
  ['lecunNormal', () => layers.lecunNormal({ seed: 2n ** 63n + 1n }), [4, 3], {}],
  ['uniform', () => layers.uniform({ low: -3, high: 5, seed: -6 }), [4, 3], { low: -3, high: 5 }],
  ['normal', () => layers.normal({ mean: 1, std: 0.1, seed: 7 }), [4, 3], { mean: 1, std: 0.1 }],
  [
    'truncatedNormal',
    () => layers.truncatedNormal({ low: -Infinity, high: 0.5, seed: 8 }),
    [4, 3],
    { low: -Infinity, high: 0.5 },
  ],
  ['orthogonal', () => layers.orthogonal({ gain: -1, seed: 9 }), [4, 3], { gain: -1 }],
  ['sparse', () => layers.sparse({ sparsity: 0.5, std: 1, seed: 10 }), [4, 3], { sparsity: 0.5, std: 1 }],
  ['dirac', () => layers.dirac({ groups: 2 }), [3, 3, 2, 4], { groups: 2 }],
  ['constant', () => layers.constant({ value: -0.25 }), [4, 3], { value: -0.25 }],
  ['zeros', () => layers.zeros(), [4, 3], {}],
  ['ones', () => layers.ones(), [4, 3], {}],
  ['eye', () => layers.eye(), [4, 3], {}],
];

const seedOf: Record<string, number | bigint> = {
  xavierUniform: 0,
  xavierNormal: 1,
  kaimingUniform: 2,
  kaimingNormal: 3,
  lecunUniform: 4,
  lecunNormal: 2n ** 63n + 1n,
  uniform: -6,
  normal: 7,
  truncatedNormal: 8,
  orthogonal: 9,
  sparse: 10,
};

describe('an initializer for a layer', () => {
  it('is there for each function of the main entry', () => {
    const functions = Object.keys(init).filter((name) => !['calculateGain', 'fans'].includes(name));
    expect(Object.keys(layers).sort()).toEqual(functions.sort());
    expect(members.map(([name]) => name).sort()).toEqual(functions.sort());
  });

  describe.each(members)('%s', (name, make, shape, options) => {
    it('gives a layer the numbers of the function for the same seed', () => {
      const seed = seedOf[name];
      const drawn = direct(name, shape, options, seed === undefined ? defaultGenerator : new Generator(seed));
      const model = modelWith(make(), shape);
      expect(model.getWeights()[0]!.shape).toEqual(shape);
      expect(kernel(model)).toEqual(drawn);
      model.dispose();
    });

    it('goes through the model’s JSON: a fresh model has the same weights', async () => {
      const model = modelWith(make(), shape);
      const json: string = JSON.stringify(model.toJSON(undefined, false));
      expect(json).toContain(`"class_name":"Trainkit${name[0]!.toUpperCase()}${name.slice(1)}"`);
      const again = await tf.models.modelFromJSON(JSON.parse(json));
      expect(kernel(again)).toEqual(kernel(model));
      model.dispose();
      again.dispose();
    });

    it('is saved and loaded with its model, and continues its stream', async () => {
      const model = modelWith(make(), shape);
      let artifacts: tf.io.ModelArtifacts = {};
      await model.save(
        tf.io.withSaveHandler(async (saved) => {
          artifacts = saved;
          return { modelArtifactsInfo: tf.io.getModelArtifactsInfoForJSON(saved) };
        }),
      );
      const state = defaultGenerator.stateDict();
      const loaded = await tf.loadLayersModel(tf.io.fromMemory(artifacts));
      expect(kernel(loaded)).toEqual(kernel(model));
      expect(defaultGenerator.stateDict(), 'loading draws nothing').toEqual(state);
      model.dispose();
      loaded.dispose();
    });
  });
});

describe('the source of the numbers', () => {
  it('that two layers share gives them different weights', () => {
    const shared = layers.xavierUniform({ seed: 0 });
    const [first, second] = [modelWith(shared, [4, 3]), modelWith(shared, [4, 3])];
    expect(kernel(first)).not.toEqual(kernel(second));
    const generator = new Generator(0);
    expect(kernel(first)).toEqual(direct('xavierUniform', [4, 3], {}, generator));
    expect(kernel(second)).toEqual(direct('xavierUniform', [4, 3], {}, generator));
    first.dispose();
    second.dispose();
  });

  it('two initializers with one seed give equal weights, with one generator different ones', () => {
    const seeded = [0, 0].map((seed) => modelWith(layers.normal({ seed }), [4, 3]));
    expect(kernel(seeded[0]!)).toEqual(kernel(seeded[1]!));
    const generator = new Generator(0);
    const shared = [0, 0].map(() => modelWith(layers.normal({ generator }), [4, 3]));
    expect(kernel(shared[0]!)).toEqual(kernel(seeded[0]!));
    expect(kernel(shared[1]!)).not.toEqual(kernel(seeded[0]!));
    for (const model of [...seeded, ...shared]) model.dispose();
  });

  it('is the default generator by default, kernel and bias in order', () => {
    const state = defaultGenerator.stateDict();
    manualSeed(5);
    const model = modelWith(layers.xavierUniform(), [4, 3], layers.uniform());
    const generator = new Generator(5);
    expect(kernel(model)).toEqual(direct('xavierUniform', [4, 3], {}, generator));
    expect(Array.from(model.getWeights()[1]!.dataSync())).toEqual(direct('uniform', [3], {}, generator));
    defaultGenerator.loadStateDict(state);
    model.dispose();
  });

  it('is not saved if a generator was given', () => {
    const { gain, ...rest } = layers.xavierUniform({ gain: 2, generator: new Generator(0) }).getConfig();
    expect(gain).toBe(2);
    expect(rest).toEqual({});
  });
});

describe('errors', () => {
  it('come at once for seeds and generators', () => {
    expect(() => layers.xavierUniform({ seed: 0.5 })).toThrow(
      'Generator: seed is 0.5; expected a whole number from -2^63 to 2^64 - 1.',
    );
    expect(() => layers.normal({ seed: 1, generator: new Generator(1) })).toThrow(
      'normal: give a seed or a generator, not both; new Generator(seed) is a generator with a seed.',
    );
    expect(() => Reflect.apply(layers.normal, undefined, [{ generator: 5 }])).toThrow(
      'normal: generator is 5; expected a Generator of @trainkit/random.',
    );
  });

  it('come from the function when the layer is built', () => {
    expect(() => modelWith(layers.xavierUniform({ gain: -1 }), [4, 3])).toThrow(
      'xavierUniform: gain is -1; expected a finite number of at least 0.',
    );
    expect(() => modelWith(layers.zeros(), [4, 3], layers.kaimingNormal())).toThrow(
      'kaimingNormal: shape is [3]; expected at least 2 dimensions',
    );
    // The kernel that was created before the bias failed.
    before += 1;
  });

  it('refuse another type than float32', () => {
    expect(() => layers.ones().apply([2], 'int32')).toThrow(
      'ones: the dtype of the weight is "int32"; expected "float32".',
    );
  });
});

function modelWith(
  kernelInitializer: layers.Initializer,
  shape: number[],
  biasInitializer: layers.Initializer = layers.zeros(),
): tf.Sequential {
  const [height = 1, width = 1] = shape;
  const [inputs, outputs] = [shape.at(-2) ?? 1, shape.at(-1) ?? 1];
  const layer =
    shape.length === 2
      ? tf.layers.dense({ units: outputs, inputShape: [inputs], kernelInitializer, biasInitializer })
      : tf.layers.conv2d({
          filters: outputs,
          kernelSize: [height, width],
          inputShape: [8, 8, inputs],
          kernelInitializer,
          biasInitializer,
        });
  return tf.sequential({ layers: [layer] });
}

function kernel(model: tf.LayersModel): number[] {
  return Array.from(model.getWeights()[0]!.dataSync());
}

/** The result of the function in the main entry. */
function direct(name: string, shape: number[], options: object, generator: Generator): number[] {
  const initializer = new Map<string, (...args: never[]) => unknown>(Object.entries(init)).get(name);
  if (initializer === undefined) throw new Error(`No initializer ${name}`);
  const second = 'value' in options ? options.value : name === 'dirac' ? options : { ...options, generator };
  const tensor: unknown = Reflect.apply(initializer, undefined, [shape, second]);
  if (!(tensor instanceof tf.Tensor)) throw new Error(`${name} made no tensor`);
  const values = Array.from(tensor.dataSync());
  tensor.dispose();
  return values;
}
