import * as tfjs from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { Linear } from '@trainkit/nn';
import { describeBackends } from '@trainkit/testing';
import { describe, expect, it } from 'vitest';
import { AdamW, adamw, SGD } from './index.js';

const rate = { learningRate: 0.1 };

describe('a call that is PyTorch’s', () => {
  it.each([
    [
      'step',
      'Write optimizer.minimize(() => loss), or optimizer.applyGradients(grads) with the grads of tf.variableGrads.',
    ],
    ['zeroGrad', 'gradients are values here, and every tf.variableGrads makes new ones. Leave it out.'],
    ['zero_grad', 'gradients are values here, and every tf.variableGrads makes new ones. Leave it out.'],
  ])('%s says what to write', (method, message) => {
    const w = tf.tidy(() => tf.variable(tf.ones([2])));
    for (const optimizer of [new SGD([w], rate), new AdamW([w], rate), adamw()]) {
      expect(() => Reflect.get(optimizer, method)()).toThrow(
        `Optimizer: received a call of ${method}(), which is PyTorch's; expected`,
      );
      expect(() => Reflect.get(optimizer, method)()).toThrow(message);
      expect(Object.keys(optimizer)).not.toContain(method);
      // @ts-expect-error TypeScript refuses it too
      void optimizer.step;
      optimizer.dispose();
    }
    w.dispose();
  });
});

describeBackends('an optimizer refuses', () => {
  it('parameters that are none', () => {
    const w = tf.tidy(() => tf.variable(tf.ones([2]), true, 'refused'));
    const whole = tf.tidy(() => tf.variable(tf.ones([2], 'int32'), true, 'whole'));
    const gone = tf.tidy(() => tf.variable(tf.ones([2]), true, 'gone'));
    const plain = tf.ones([2]);
    const model = tfjs.sequential({ layers: [tfjs.layers.dense({ units: 1, inputShape: [1] })] });
    gone.dispose();
    const cases: [params: unknown, message: string][] = [
      [
        [],
        'AdamW: params has no parameters; expected one at least. Pass module.parameters() or a list of variables;',
      ],
      [[{ params: [] }], 'AdamW: params has no parameters; expected one at least.'],
      [null, 'AdamW: params is null; expected an array of variables, of [path, variable] pairs or of groups'],
      [
        new Linear(1, 1),
        'AdamW: params is [object Linear]; expected an array of variables, of [path, variable] pairs or of groups { params, …options }. Write model.parameters().',
      ],
      [
        new Linear(1, 1).parameters,
        'AdamW: params is the function parameters; expected an array of variables, of [path, variable] pairs or of groups { params, …options }. Write model.parameters(), with its brackets.',
      ],
      [
        model,
        '{ params, …options }. Of a tf.LayersModel, write model.trainableWeights.map((weight) => weight.read()), or',
      ],
      [
        { w },
        'AdamW: params is [object Object]; expected an array of variables, of [path, variable] pairs or of groups { params, …options }. Write Object.entries(variables).',
      ],
      [new Set([w]), 'Write [...variables].'],
      [
        Promise.resolve([w]),
        'AdamW: params is [object Promise]; expected an array of variables, of [path, variable] pairs or of groups { params, …options }. Write await before it.',
      ],
      [
        model.trainableWeights,
        'AdamW: a parameter is [object LayerVariable]; expected a tf.Variable or a pair [path, variable]. Of a tf.LayersModel, write model.trainableWeights.map((weight) => weight.read()), or adamw(options) for model.compile.',
      ],
      [[{ params: model.trainableWeights }], 'write model.trainableWeights.map((weight) => weight.read())'],
      [
        [{ params: new Linear(1, 1) }],
        'AdamW: paramGroups[0].params is [object Linear]; expected an array of variables or of [path, variable] pairs. Write model.parameters().',
      ],
      [
        [new Linear(1, 1), new Linear(1, 1)],
        'AdamW: a parameter is [object Linear]; expected a tf.Variable or a pair [path, variable]. Write ...layer.parameters() for all of a layer.',
      ],
      [
        model.trainableWeights.map((weight) => [weight.name, weight]),
        'expected a tf.Variable or a pair [path, variable]. Write [weight.name, weight.read()] for a weight of tf.layers.',
      ],
      [
        [model.layers[0]],
        'AdamW: a parameter is [object Dense]; expected a tf.Variable or a pair [path, variable]. Write ...layer.trainableWeights.map((weight) => weight.read()) for all of a layer of tf.layers.',
      ],
      [[['head', new Linear(1, 1)]], 'Write ...layer.namedParameters() for all of a layer.'],
      [[['head', plain]], 'Write tf.variable(tensor) for a tensor.'],
      [[[w], [w]], 'expected a tf.Variable or a pair [path, variable]. Write ...variables.'],
      [
        w,
        'AdamW: params is a float32 variable of shape [2]; expected an array of variables, of [path, variable] pairs or of groups { params, …options }. Write [variable].',
      ],
      [[w, w], 'AdamW: the variable "refused" is given twice; expected each variable once.'],
      [
        [{ params: [['net.weight', w]] }, { params: [['tied.weight', w]] }],
        'AdamW: the variable "tied.weight" is given twice, also as "net.weight"; expected each variable once.',
      ],
      [
        [
          ['same', w],
          ['same', tf.variable(plain, true, 'other')],
        ],
        'AdamW: two variables have the path "same"; expected a path for each, since state is kept by path.',
      ],
      [[['path', w], tf.variable(plain)], 'AdamW: 1 of 2 variables have a path; give one to all or to none'],
      [
        [plain],
        'AdamW: a parameter is a float32 tensor of shape [2]; expected a tf.Variable or a pair [path, variable].',
      ],
      [[undefined], 'AdamW: a parameter is undefined; expected a tf.Variable or a pair [path, variable].'],
      [
        [whole],
        'AdamW: the variable "whole" is an int32 variable of shape [2]; expected a float32 variable.',
      ],
      [[gone], 'AdamW: the variable "gone", of shape [2], is disposed; expected a tensor with its data.'],
      [[w, { params: [w] }], 'AdamW: params mix groups and single variables; expected one or the other.'],
      [
        [{ params: w }],
        'AdamW: paramGroups[0].params is a float32 variable of shape [2]; expected an array of variables or of',
      ],
      [
        [{ params: [w], lr: 1 }],
        'AdamW: paramGroups[0]: received the unknown option "lr"; expected learningRate, betas, eps,',
      ],
      [
        [{ params: [w], learningRate: -1 }],
        'AdamW: paramGroups[0]: learningRate is -1; expected a finite number of at least 0, or a schedule ' +
          '(step) => rate.',
      ],
    ];
    for (const [params, message] of cases) expect(() => new AdamW(params as never), message).toThrow(message);
    expect(w.isDisposed).toBe(false);
    tf.disposeVariables();
    plain.dispose();
  });

  it('gradients and rates that are wrong, and has changed nothing then', () => {
    const [a, b, foreign, gone] = ['a', 'b', 'foreign', 'gone'].map((name) =>
      tf.tidy(() => tf.variable(tf.ones([2]), true, name)),
    ) as [tf.Variable, tf.Variable, tf.Variable, tf.Variable];
    const optimizer = new AdamW([a, b, gone], rate);
    gone.dispose();
    const [g, wide, whole, lost] = [tf.ones([2]), tf.ones([3]), tf.ones([2], 'int32'), tf.ones([2])];
    lost.dispose();
    const cases: [gradients: unknown, message: string][] = [
      [{ a: g, foreign: g }, 'AdamW: there is a gradient for the variable "foreign", which is not one of'],
      [
        { a: g, b: wide },
        'AdamW: gradients["b"] is a float32 tensor of shape [3]; expected the shape [2], that of its variable.',
      ],
      [{ a: g, b: whole }, 'AdamW: gradients["b"] is an int32 tensor of shape [2]; expected float32.'],
      [
        { a: g, b: lost },
        'AdamW: gradients["b"], of shape [2], is disposed; expected a tensor with its data.',
      ],
      [{ a: g, b: [1, 1] }, 'AdamW: gradients["b"] is [1, 1]; expected a tensor.'],
      [{ a: g, gone: g }, 'AdamW: the variable "gone", of shape [2], is disposed;'],
      [
        [
          { name: 'a', tensor: g },
          { name: 'a', tensor: g },
        ],
        'AdamW: there are two gradients for the variable "a"; expected one.',
      ],
      [
        [{ name: 'a', tensor: g }, g],
        'AdamW: gradients[1] is a float32 tensor of shape [2]; expected { name, tensor }, with variable.name as the name.',
      ],
      [
        g,
        'AdamW: gradients is a float32 tensor of shape [2]; expected a map of tensors by variable.name, or a list of',
      ],
      [
        null,
        'AdamW: gradients is null; expected a map of tensors by variable.name, or a list of { name, tensor }.',
      ],
      [
        new Map([['a', g]]),
        'AdamW: gradients is [object Map]; expected a map of tensors by variable.name, or a list of { name, tensor }. Write Object.fromEntries(map).',
      ],
      [
        Promise.resolve({ a: g }),
        'AdamW: gradients is [object Promise]; expected a map of tensors by variable.name, or a list of { name, tensor }. Write await before it.',
      ],
      [
        { value: g, grads: { a: g } },
        'AdamW: gradients is [object Object]; expected a map of tensors by variable.name, or a list of { name, tensor }. Write const { value, grads } = tf.variableGrads(…), and give it grads.',
      ],
      [
        () => g,
        'AdamW: gradients is the function (anonymous); expected a map of tensors by variable.name, or a list of { name, tensor }. Write minimize(() => loss) for a function.',
      ],
    ];
    for (const [gradients, message] of cases) {
      expect(() => optimizer.applyGradients(gradients as never), message).toThrow(message);
    }
    optimizer.learningRate = (step) => (step === 0 ? Number.NaN : 1);
    expect(() => optimizer.applyGradients({ a: g })).toThrow(
      'AdamW: paramGroups[0]: the rate of the schedule at step 0 is NaN; expected a finite number of at least 0. ' +
        'Nothing was updated.',
    );
    optimizer.learningRate = 0.1;
    expect(() => {
      optimizer.learningRate = -1;
    }).toThrow('AdamW: learningRate is -1; expected a finite number of at least 0');
    optimizer.paramGroups[0]!.betas = [1, 0.5];
    expect(() => optimizer.applyGradients({ a: g })).toThrow(
      'AdamW: paramGroups[0]: betas is [1, 0.5]; expected two numbers, each at least 0 and below 1.',
    );
    expect([...a.dataSync(), ...b.dataSync()]).toEqual([1, 1, 1, 1]);
    expect(optimizer.iterations).toBe(0);
    expect(optimizer.stateDict().state).toEqual({});
    optimizer.dispose();
    expect(() => optimizer.applyGradients({ a: g })).toThrow('AdamW: this optimizer is disposed.');
    tf.dispose([a, b, foreign, g, wide, whole]);
  });

  it('to minimize what throws, and leaves no tensor behind', () => {
    const [a, b] = ['a', 'b'].map((name) => tf.tidy(() => tf.variable(tf.ones([2]), true, name))) as [
      tf.Variable,
      tf.Variable,
    ];
    const optimizer = new SGD([a], rate);
    const loss = () => tf.sum<tf.Scalar>(tf.mul(a, b));
    const before = tf.memory().numTensors;
    expect(() => optimizer.minimize(loss, true, [a, b])).toThrow(
      'the variable "b", which is not one of this',
    );
    expect(() =>
      optimizer.minimize(() => {
        throw new Error('no loss');
      }),
    ).toThrow('no loss');
    expect(() => optimizer.minimize(() => tf.scalar(1))).toThrow('Cannot find a connection');
    const losses: [loss: () => unknown, message: string][] = [
      [
        () => tf.square(a),
        'SGD: the loss is a float32 tensor of shape [2]; expected a scalar tensor of float32. Write tf.mean(loss) or tf.sum(loss).',
      ],
      [
        () => tf.cast(tf.sum(a), 'int32'),
        "SGD: the loss is an int32 tensor of shape []; expected a scalar tensor of float32. Leave out what rounds it, or write loss.cast('float32').",
      ],
      [() => tf.cast(tf.sum(a), 'bool'), 'SGD: the loss is a bool tensor of shape []; expected'],
      [
        async () => tf.sum(a),
        'SGD: the loss is [object Promise]; expected a scalar tensor of float32. Write a function that is not async, and await what',
      ],
      [
        async () => {
          throw new Error('nobody hears this');
        },
        'SGD: the loss is [object Promise]; expected a scalar tensor of float32.',
      ],
      [
        () => undefined,
        'SGD: the loss is undefined; expected a scalar tensor of float32. Write return before the loss.',
      ],
      [
        () => tf.sum(a).dataSync()[0],
        'SGD: the loss is 2; expected a scalar tensor of float32. Return the tensor, and read it',
      ],
      [
        () => ({ loss: tf.sum(a) }),
        'SGD: the loss is [object Object]; expected a scalar tensor of float32. Write () => loss',
      ],
      [() => [tf.sum(a)], 'expected a scalar tensor of float32. Write () => loss, with the tensor alone.'],
    ];
    for (const [f, message] of losses) {
      expect(() => Reflect.apply(optimizer.minimize, optimizer, [f]), message).toThrow(message);
      expect(() => Reflect.apply(optimizer.computeGradients, optimizer, [f]), message).toThrow(message);
    }
    const scalar = tf.scalar(1);
    expect(() => Reflect.apply(optimizer.minimize, optimizer, [scalar])).toThrow(
      'SGD: f is a float32 tensor of shape []; expected a function. Write minimize(() => …), with a function that',
    );
    scalar.dispose();
    expect(tf.memory().numTensors).toBe(before);
    const pairs: unknown = [['a', a]];
    expect(() => optimizer.minimize(loss, false, pairs as tf.Variable[])).toThrow(
      'SGD: varList is [["a", a float32 variable of shape [2]]]; expected an array of variables.',
    );
    const layer = new Linear(1, 1);
    expect(() => Reflect.apply(optimizer.minimize, optimizer, [loss, false, layer])).toThrow(
      'SGD: varList is [object Linear]; expected an array of variables. Write model.parameters().',
    );
    layer.dispose();
    expect(tf.memory().numTensors).toBe(before);
    a.trainable = false;
    expect(() => optimizer.minimize(loss)).toThrow(
      'SGD: none of the variables to minimize over is trainable: a. Set variable.trainable, or module.requiresGrad(true).',
    );
    expect([...a.dataSync(), ...b.dataSync()]).toEqual([1, 1, 1, 1]);
    tf.dispose([a, b]);
    optimizer.dispose();
  });

  it('an option that a group is given later and that nobody knows', () => {
    const w = tf.tidy(() => tf.variable(tf.ones([2]), true, 'later'));
    const optimizer = new SGD([w], rate);
    Object.assign(optimizer.paramGroups[0]!, { lr: 1 });
    expect(() => optimizer.applyGradients({ later: w })).toThrow(
      'SGD: paramGroups[0]: received the unknown option "lr"; expected learningRate,',
    );
    expect([...w.dataSync()]).toEqual([1, 1]);
    w.dispose();
    optimizer.dispose();
  });

  it.each<[string, unknown, string]>([
    [
      'lr',
      0.5,
      'SGD: lr was set to 0.5 on the optimizer; expected learningRate. Write optimizer.learningRate = 0.5.',
    ],
    [
      'momentum',
      0.5,
      'SGD: momentum was set to 0.5 on the optimizer; expected it to be set on its groups. ' +
        'Write for (const group of optimizer.paramGroups) group.momentum = 0.5.',
    ],
    [
      'weight_decay',
      0.1,
      'SGD: weight_decay was set to 0.1 on the optimizer; expected it to be set on its groups. ' +
        'Write for (const group of optimizer.paramGroups) group.weightDecay = 0.1.',
    ],
    ['nesterov', true, 'group.nesterov = true.'],
    ['paramGroups', [], 'read only property'],
  ])('an option that is set on the optimizer: %s', (name, value, message) => {
    const w = tf.tidy(() => tf.variable(tf.ones([2])));
    const optimizer = new SGD([w], { ...rate, momentum: 0.25 });
    expect(() => Object.assign(optimizer, { [name]: value })).toThrow(message);
    expect(optimizer.paramGroups[0]).toMatchObject({ ...rate, momentum: 0.25, weightDecay: 0 });
    w.dispose();
    optimizer.dispose();
  });

  it.each<[string, readonly unknown[]]>([
    ['push', [{ params: [] }]],
    ['pop', []],
    ['splice', [0, 1]],
    ['reverse', []],
  ])('a change of the list of groups: %s', (method, args) => {
    const [w, v] = tf.tidy(() => [tf.variable(tf.ones([2])), tf.variable(tf.ones([2]))]);
    const optimizer = new SGD([{ params: [w] }, { params: [v] }], rate);
    const groups: object = optimizer.paramGroups;
    const change: unknown = Reflect.get(groups, method);
    if (typeof change !== 'function') throw new Error(`There is no ${method}.`);
    expect(() => Reflect.apply(change, groups, args)).toThrow(
      /^SGD: paramGroups was changed, at \w+; expected the groups that the constructor got\. Write optimizer\.addParamGroup\(/,
    );
    expect(optimizer.paramGroups.map(({ params }) => params[0])).toEqual([w, v]);
    tf.dispose([w, v]);
    optimizer.dispose();
  });

  it('nothing where a subclass has a property of such a name, and no such option', () => {
    const w = tf.tidy(() => tf.variable(tf.ones([2])));
    const optimizer = Object.assign(new AdamW([w]), { momentum: 0.5 });
    expect(optimizer.momentum).toBe(0.5);
    w.dispose();
    optimizer.dispose();
  });

  it('to do anything once it is disposed', async () => {
    const w = tf.tidy(() => tf.variable(tf.ones([2])));
    const optimizer = new SGD([w], rate);
    const state = optimizer.stateDict();
    const weights = await optimizer.getWeights();
    const message = 'SGD: this optimizer is disposed.';
    optimizer.dispose();
    expect(() => optimizer.stateDict()).toThrow(message);
    expect(() => optimizer.loadStateDict(state)).toThrow(message);
    await expect(optimizer.getWeights()).rejects.toThrow(message);
    await expect(optimizer.setWeights(weights)).rejects.toThrow(message);
    w.dispose();
  });

  it('on demand: what is no variable of the program', () => {
    const g = tf.ones([2]);
    const optimizer = adamw();
    expect(() => optimizer.applyGradients({ nowhere: g })).toThrow(
      'AdamW: there is a gradient for the variable "nowhere", which is not one of',
    );
    optimizer.dispose();
    g.dispose();
  });
});
