import * as tf from '@tensorflow/tfjs';
import { Linear, Module, Sequential } from '@trainkit/nn';
import { BatchNorm, LayerNorm } from '@trainkit/normalization';
import { layerNorm } from '@trainkit/normalization/layers';
import { describeBackends, expectAllClose } from '@trainkit/testing';
import { describe, expect, it } from 'vitest';
import { AdamW, decayGroups, type Parameter, SGD } from './index.js';

/** The names of the parameters in each group. */
const named = (groups: readonly { params: readonly Parameter[] }[]) =>
  groups.map(({ params }) => params.map((one) => (one instanceof tf.Variable ? one.name : one[0])));

const variable = (shape: number[], name?: string) => tf.tidy(() => tf.variable(tf.ones(shape), true, name));

describeBackends('decayGroups', () => {
  it('decays what has two dimensions or more, keeps paths, and may leave a group empty', () => {
    const [weight, bias] = [variable([2, 2]), variable([2])];
    expect(decayGroups([bias, weight])).toEqual([
      { params: [weight], weightDecay: 0.01 },
      { params: [bias], weightDecay: 0 },
    ]);
    const groups = decayGroups([
      ['weight', weight],
      ['bias', bias],
    ]);
    const optimizer = new AdamW(groups, { learningRate: 0.5 });
    tf.tidy(() => optimizer.applyGradients({ [weight.name]: tf.zeros([2, 2]), [bias.name]: tf.zeros([2]) }));
    expectAllClose(weight, [0.995, 0.995, 0.995, 0.995]);
    expect([...bias.dataSync()]).toEqual([1, 1]);
    expect(Object.keys(optimizer.stateDict().state)).toEqual(['weight', 'bias']);
    new SGD(decayGroups([bias]), { learningRate: 1 }).dispose();
    tf.dispose([weight, bias]);
    optimizer.dispose();
  });
});

it('decayGroups refuses a variable that is given twice', () => {
  const shared = variable([2, 2]);
  const twice: [string, tf.Variable][] = [
    ['a.weight', shared],
    ['b.bias', shared],
  ];
  expect(() => decayGroups(twice)).toThrow(
    'decayGroups: the variable "b.bias" is given twice, also as "a.weight"; expected each variable once. Give it once, in one group.',
  );
  shared.dispose();
});

describe('decayGroups of a module', () => {
  /** A layer of somebody's own: an embedding, a norm over two dimensions, a bias for each head. */
  class Own extends Module {
    readonly tokens = this.parameter(tf.ones([5, 4]));
    readonly scale = this.parameter(tf.ones([4, 4]), { decay: false });
    readonly perChannel = this.parameter(tf.ones([4]), { decay: true });
    readonly inProjBias = this.parameter(tf.ones([2, 4]));
    override forward(x: tf.Tensor): tf.Tensor {
      return x;
    }
  }
  const model = () =>
    new Sequential({
      linear: new Linear(4, 4),
      rows: new LayerNorm([3, 4]),
      batch: new BatchNorm(4),
      own: new Own(),
    });

  it('spares biases and what norms scale and shift by, of any rank, and goes by what a layer says', () => {
    const net = model();
    const [decayed, spared] = named(decayGroups(net.namedParameters()));
    expect(decayed).toEqual(['linear.weight', 'own.tokens', 'own.per_channel']);
    expect(spared).toEqual([
      'linear.bias',
      'rows.weight',
      'rows.bias',
      'batch.weight',
      'batch.bias',
      'own.scale',
      'own.in_proj_bias',
    ]);
    net.dispose();
  });

  it('decays the weight of a Linear that a property calls a norm', () => {
    class Named extends Module {
      readonly norm = new Linear(2, 2);
      readonly ln = new Linear(1, 1);
      override forward(x: tf.Tensor): tf.Tensor {
        return x;
      }
    }
    const model = new Named();
    expect(named(decayGroups(model.namedParameters()))).toEqual([
      ['norm.weight', 'ln.weight'],
      ['norm.bias', 'ln.bias'],
    ]);
    model.dispose();
  });

  it('does so without paths, for what is frozen, and in a step', () => {
    const net = new LayerNorm([2, 2]);
    net.requiresGrad(false);
    const [decayed, spared] = decayGroups(net.parameters());
    expect([decayed.params, spared.params]).toEqual([[], net.parameters()]);
    net.requiresGrad(true);
    const optimizer = new AdamW(decayGroups(net.parameters(), { weightDecay: 0.5 }), { learningRate: 0.5 });
    tf.tidy(() => optimizer.applyGradients({ [net.weight!.name]: tf.zeros([2, 2]) }));
    expect([...net.weight!.dataSync()]).toEqual([1, 1, 1, 1]);
    optimizer.dispose();
    net.dispose();
  });

  it('spares further variables where it is told to', () => {
    const net = new Own();
    const spare = (name: string, { shape }: tf.Variable) => name === 'tokens' && shape[0] === 5;
    expect(named(decayGroups(net.namedParameters(), { spare }))[0]).toEqual(['per_channel']);
    const wrong: unknown = ['tokens'];
    expect(() => decayGroups([], { spare: wrong as typeof spare })).toThrow(
      'decayGroups: spare is ["tokens"]; expected a function. Write spare: (name) => name.endsWith',
    );
    net.dispose();
  });
});

describe('decayGroups by names', () => {
  it.each<[name: string, decays: boolean]>([
    ['encoder.layer.0.attention.self.query.weight', true],
    ['embeddings.word_embeddings.weight', true],
    ['normal_head.weight', true],
    ['lnear.weight', true],
    ['abnormality.weight', true],
    ['norm1_proj.weight', true],
    ['layer_norm_mlp.0.weight', true],
    ['layers.0.weight', true],
    ['0.weight', true],
    ['heads.0', true],
    ['norm.0.weight', false],
    ['norms.0.weight', false],
    ['layers.0.norms.1.weight', false],
    ['layerNorms.3.scale', false],
    ['q_norm.1', false],
    ['lns.2.weight', false],
    ['batch_normalizations.0.weight', false],
    ['biases.0', false],
    ['biases.left', false],
    ['relative_attention_bias.weight', true],
    ['vit.layernorm_before.weight', false],
    ['visual.ln_post.weight', false],
    ['attn.norm_q.weight', false],
    ['norm_head.weight', true],
    ['gammas.1', false],
    ['encoder.layer.0.output.LayerNorm.weight', false],
    ['blocks.0.norm1.weight', false],
    ['blocks.0.ln_1.weight', false],
    ['ln_f.weight', false],
    ['layer1.0.bn2.weight', false],
    ['post_attention_layernorm.weight', false],
    ['rmsNorm.scale', false],
    ['attn.in_proj_bias', false],
    ['lstm.bias_ih_l0', false],
    ['relative_position_bias_table', false],
    ['hidden/bias', false],
    ['hidden/kernel', true],
    ['b1', false],
    ['w1', true],
  ])('of two dimensions, %s: %s', (name, decays) => {
    const [ofPath, ofName] = [variable([2, 2]), variable([2, 2], `${name}`)];
    expect(decayGroups([[name, ofPath]]).map(({ params }) => params.length)).toEqual(
      decays ? [1, 0] : [0, 1],
    );
    expect(decayGroups([ofName]).map(({ params }) => params.length)).toEqual(decays ? [1, 0] : [0, 1]);
    tf.dispose([ofPath, ofName]);
  });

  it('spares what has one element, such as the scale of logits, of any rank and name', () => {
    const made = [variable([1, 1], 'logit_scale'), variable([1, 1, 1]), variable([1, 2])];
    expect(decayGroups(made).map(({ params }) => params)).toEqual([[made[2]], [made[0], made[1]]]);
    tf.dispose(made);
    class Scaled extends Module {
      readonly logitScale = this.parameter(tf.ones([1, 1]));
      override forward(x: tf.Tensor): tf.Tensor {
        return x;
      }
    }
    const net = new Scaled();
    expect(named(decayGroups(net.namedParameters()))).toEqual([[], ['logit_scale']]);
    net.dispose();
  });

  it('knows the weights of a tf.LayersModel, also with a second layer of a name', () => {
    const model = tf.sequential({
      layers: [
        tf.layers.embedding({ inputDim: 5, outputDim: 4, inputLength: 3 }),
        tf.layers.layerNormalization({ axis: [1, 2] }),
        layerNorm({ normalizedShape: [3, 4], name: 'rows' }),
        tf.layers.prelu({}),
        tf.layers.lstm({ units: 2 }),
        tf.layers.batchNormalization(),
        tf.layers.dense({ units: 2 }),
      ],
    });
    const variables = model.trainableWeights
      .map((weight) => weight.read())
      .filter((one) => one instanceof tf.Variable);
    const [decayed, spared] = named(decayGroups(variables));
    const ends = (names: string[] = []) => names.map((name) => name.split('/').at(-1)?.replace(/_\d+$/, ''));
    expect(ends(decayed)).toEqual(['embeddings', 'kernel', 'recurrent_kernel', 'kernel']);
    expect(ends(spared)).toEqual([
      'gamma',
      'beta',
      'weight',
      'bias',
      'alpha',
      'bias',
      'gamma',
      'beta',
      'bias',
    ]);
    expect(() => decayGroups(model.trainableWeights as never)).toThrow(
      'Of a tf.LayersModel, write model.trainableWeights.map((weight) => weight.read())',
    );
    model.dispose();
  });

  it('says what to write for what is no list of parameters', () => {
    const given = (value: unknown) => value as never;
    const net = new Linear(1, 1);
    expect(() => decayGroups(given(net))).toThrow(
      'decayGroups: parameters is [object Linear]; expected an array of',
    );
    expect(() => decayGroups(given(net))).toThrow('Write model.parameters().');
    expect(() => decayGroups(given(net.namedParameters))).toThrow(
      'Write model.parameters(), with its brackets.',
    );
    net.dispose();
  });
});
