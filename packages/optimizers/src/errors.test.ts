import * as tf from '@tensorflow/tfjs-core';
import { describeBackends } from '@trainkit/testing';
import { expect, it } from 'vitest';
import { AdamW, adamw, SGD } from './index.js';

const rate = { learningRate: 0.1 };

describeBackends('an optimizer refuses', () => {
  it('parameters that are none', () => {
    const w = tf.tidy(() => tf.variable(tf.ones([2]), true, 'refused'));
    const whole = tf.tidy(() => tf.variable(tf.ones([2], 'int32'), true, 'whole'));
    const gone = tf.tidy(() => tf.variable(tf.ones([2]), true, 'gone'));
    const plain = tf.ones([2]);
    gone.dispose();
    const cases: [params: unknown, message: string][] = [
      [[], 'AdamW: there are no parameters. Pass module.parameters() or a list of variables;'],
      [[{ params: [] }], 'AdamW: there are no parameters.'],
      [null, 'AdamW: the parameters are an array of variables, of [path, variable] pairs or of groups'],
      [w, 'received a tensor of shape [2].'],
      [[w, w], "AdamW: the variable 'refused' is given twice; each variable is trained once."],
      [
        [{ params: [['net.weight', w]] }, { params: [['tied.weight', w]] }],
        "AdamW: the variable 'tied.weight' is given twice, also as 'net.weight'; each variable is trained once.",
      ],
      [
        [
          ['same', w],
          ['same', tf.variable(plain, true, 'other')],
        ],
        "AdamW: two variables have the path 'same'; state is kept by path.",
      ],
      [[['path', w], tf.variable(plain)], 'AdamW: 1 of 2 variables have a path; give one to all or to none'],
      [
        [plain],
        'AdamW: a parameter is a tf.Variable or a pair [path, variable]; received a tensor of shape [2].',
      ],
      [[undefined], 'AdamW: a parameter is a tf.Variable or a pair [path, variable]; received undefined.'],
      [[whole], "AdamW: the variable 'whole' must be float32; it is int32."],
      [[gone], "AdamW: the variable 'gone' is disposed."],
      [[w, { params: [w] }], 'AdamW: the parameters mix groups and single variables'],
      [[{ params: w }], 'AdamW: paramGroups[0].params is an array of variables or of [path, variable] pairs'],
      [
        [{ params: [w], lr: 1 }],
        "AdamW: paramGroups[0]: no option 'lr'; there are learningRate, betas, eps,",
      ],
      [
        [{ params: [w], learningRate: -1 }],
        'AdamW: paramGroups[0]: learningRate must be a finite number of at least 0, or a schedule (step) => rate; ' +
          'received -1.',
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
      [
        { a: g, foreign: g },
        "AdamW: there is a gradient for the variable 'foreign', which is not one of this optimizer's.",
      ],
      [
        { a: g, b: wide },
        "AdamW: the gradient of 'b' must be float32 [2] like the variable; received float32 [3].",
      ],
      [
        { a: g, b: whole },
        "AdamW: the gradient of 'b' must be float32 [2] like the variable; received int32 [2].",
      ],
      [{ a: g, b: lost }, "AdamW: the gradient of 'b' is disposed."],
      [{ a: g, b: [1, 1] }, "AdamW: the gradient of 'b' must be a tensor; received an array of 2."],
      [{ a: g, gone: g }, "AdamW: the variable 'gone' is disposed."],
      [
        [
          { name: 'a', tensor: g },
          { name: 'a', tensor: g },
        ],
        "AdamW: there are two gradients for the variable 'a'.",
      ],
      [
        [{ name: 'a', tensor: g }, g],
        'AdamW: gradient 1 of the list must be { name, tensor }, name being variable.name; received a tensor of',
      ],
      [g, 'AdamW: gradients are a map by variable.name or a list of { name, tensor }; received a tensor of'],
      [null, 'AdamW: gradients are a map by variable.name or a list of { name, tensor }; received null.'],
    ];
    for (const [gradients, message] of cases) {
      expect(() => optimizer.applyGradients(gradients as never), message).toThrow(message);
    }
    optimizer.learningRate = (step) => (step === 0 ? Number.NaN : 1);
    expect(() => optimizer.applyGradients({ a: g })).toThrow(
      'AdamW: paramGroups[0]: the schedule must give a finite rate of at least 0; at step 0 it gave NaN. ' +
        'Nothing was updated.',
    );
    optimizer.learningRate = 0.1;
    expect(() => {
      optimizer.learningRate = -1;
    }).toThrow('AdamW: learningRate must be a finite number of at least 0');
    optimizer.paramGroups[0]!.betas = [1, 0.5];
    expect(() => optimizer.applyGradients({ a: g })).toThrow(
      'AdamW: paramGroups[0]: betas must be two numbers, each at least 0 and below 1; received [1, 0.5].',
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
      "the variable 'b', which is not one of this",
    );
    expect(() =>
      optimizer.minimize(() => {
        throw new Error('no loss');
      }),
    ).toThrow('no loss');
    expect(() => optimizer.minimize(() => tf.scalar(1))).toThrow('Cannot find a connection');
    expect(() => Reflect.apply(optimizer.minimize, optimizer, [() => tf.square(a)])).toThrow(
      'must return a scalar',
    );
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
      "SGD: paramGroups[0]: no option 'lr'; there are learningRate,",
    );
    expect([...w.dataSync()]).toEqual([1, 1]);
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
      "AdamW: there is a gradient for the variable 'nowhere', which is not one of this optimizer's.",
    );
    optimizer.dispose();
    g.dispose();
  });
});
