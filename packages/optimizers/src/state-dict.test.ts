import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs-core';
import { describeBackends } from '@trainkit/testing';
import { expect, it } from 'vitest';
import { AdamW, adamw, type OptimizerState, SGD, sgd } from './index.js';

const PROGRAM = fileURLToPath(new URL('../fixtures/train.js', import.meta.url));

const variables = () => tf.tidy(() => [tf.variable(tf.ones([2, 2])), tf.variable(tf.ones([2]))]) as Pair;

type Pair = [tf.Variable, tf.Variable];

/**
 * The numbers of an entry of a state, which on tfjs-node are float64 where TensorFlow's op keeps a
 * multiple.
 */
function numbersOf(value: tf.Tensor | Float64Array | number | undefined): number[] {
  return value instanceof tf.Tensor ? [...value.dataSync()] : Array.from(value as Float64Array);
}

/** An optimizer by path that has taken a step, and its variables. */
function stepped(): { optimizer: AdamW; pair: Pair } {
  const pair = variables();
  const [weight, bias] = pair;
  const optimizer = new AdamW(
    [
      ['net.weight', weight],
      ['net.bias', bias],
    ],
    { learningRate: 0.5 },
  );
  tf.tidy(() => optimizer.applyGradients({ [weight.name]: tf.ones([2, 2]), [bias.name]: tf.ones([2]) }));
  return { optimizer, pair };
}

describeBackends('a run that is interrupted', (backend) => {
  it('and goes on in another process ends on the bytes of the one that was not', () => {
    const folder = mkdtempSync(join(tmpdir(), 'trainkit-'));
    const train = (from: number, to: number, file: string) => {
      execFileSync(process.execPath, [PROGRAM, backend, String(from), String(to), join(folder, file)], {
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      return readFileSync(join(folder, file), 'utf8');
    };
    try {
      const whole = train(0, 15, 'whole.json');
      expect(train(0, 6, 'parts.json')).not.toBe(whole);
      expect(train(6, 15, 'parts.json')).toBe(whole);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describeBackends('a state', (backend) => {
  it('has nothing of a variable whose path is what every object has', () => {
    const [weight, bias] = variables();
    const optimizer = new SGD(
      [
        ['constructor', weight],
        ['toString', bias],
      ],
      { learningRate: 0.5, momentum: 0.9 },
    );
    expect(() => optimizer.loadStateDict(optimizer.stateDict())).not.toThrow();
    tf.tidy(() => optimizer.applyGradients({ [weight.name]: tf.ones([2, 2]) }));
    expect(Object.keys(optimizer.stateDict().state)).toEqual(['constructor']);
    optimizer.dispose();
    tf.dispose([weight, bias]);
  });

  it('is known by path, and has PyTorch’s keys and the options of the groups', () => {
    const { optimizer, pair } = stepped();
    const { state, paramGroups, iterations } = optimizer.stateDict();
    expect(iterations).toBe(1);
    expect(Object.keys(state)).toEqual(['net.weight', 'net.bias']);
    expect(Object.keys(state['net.bias']!)).toEqual(['step', 'exp_avg', 'exp_avg_sq']);
    expect(paramGroups).toEqual([
      {
        params: ['net.weight', 'net.bias'],
        learningRate: 0.5,
        betas: [0.9, 0.999],
        eps: 1e-8,
        weightDecay: 0.01,
        amsgrad: false,
        maximize: false,
      },
    ]);
    optimizer.dispose();
    tf.dispose(pair);
  });

  it('is known by number over all groups where there are no paths', () => {
    const [a, b] = variables();
    const optimizer = new SGD([{ params: [a] }, { params: [b] }], { learningRate: 1, momentum: 0.9 });
    tf.tidy(() => optimizer.applyGradients({ [b.name]: tf.ones([2]) }));
    const { state, paramGroups } = optimizer.stateDict();
    expect(Object.keys(state)).toEqual(['1']);
    expect(Object.keys(state['1']!)).toEqual(['step', 'momentum_buffer']);
    expect(paramGroups.map(({ params }) => params)).toEqual([['0'], ['1']]);
    optimizer.dispose();
    tf.dispose([a, b]);
  });

  it('belongs to the path: the order in which variables are listed does not matter', () => {
    const { optimizer, pair } = stepped();
    const others = variables();
    const [weight, bias] = others;
    const turned = new AdamW([
      ['net.bias', bias],
      ['net.weight', weight],
    ]);
    turned.loadStateDict(optimizer.stateDict());
    expect(turned.learningRate).toBe(0.5);
    expect(numbersOf(turned.stateDict().state['net.weight']!['exp_avg'])).toHaveLength(4);
    optimizer.dispose();
    turned.dispose();
    tf.dispose([...pair, ...others]);
  });

  it('is copied as it is loaded, and what it has nothing of starts afresh', () => {
    const { optimizer, pair } = stepped();
    const state = optimizer.stateDict();
    const { optimizer: other, pair: otherPair } = stepped();
    other.loadStateDict({ ...state, state: { 'net.bias': state.state['net.bias']! } });
    optimizer.dispose();
    const { state: loaded } = other.stateDict();
    expect(Object.keys(loaded)).toEqual(['net.bias']);
    expect(numbersOf(loaded['net.bias']!['exp_avg'])[0]).toBeCloseTo(0.1, 7);
    other.dispose();
    tf.dispose([...pair, ...otherPair]);
  });

  it('may be the optimizer’s own', () => {
    const { optimizer, pair } = stepped();
    const before = JSON.stringify(optimizer.stateDict());
    const numbers = numbersOf(optimizer.stateDict().state['net.bias']!['exp_avg']);
    optimizer.loadStateDict(optimizer.stateDict());
    const again = optimizer.stateDict();
    expect(numbersOf(again.state['net.bias']!['exp_avg'])).toEqual(numbers);
    expect(again.paramGroups).toEqual(JSON.parse(before).paramGroups);
    optimizer.dispose();
    tf.dispose(pair);
  });

  it('with a schedule needs the schedule again', () => {
    const { optimizer, pair } = stepped();
    const { optimizer: other, pair: otherPair } = stepped();
    optimizer.learningRate = (step) => 1 / (1 + step);
    const scheduled = optimizer.stateDict();
    expect(scheduled.paramGroups[0]!.learningRate).toBeNull();
    expect(() => other.loadStateDict(scheduled)).toThrow(
      'paramGroups[0]: saved with a schedule, which a state cannot hold; set learningRate to it first',
    );
    expect(() => optimizer.loadStateDict(other.stateDict())).toThrow(
      'paramGroups[0]: saved with the rate 0.5, this optimizer has a schedule; set learningRate to a number first',
    );
    other.learningRate = (step) => 1 / (1 + step);
    other.loadStateDict(scheduled);
    expect(other.learningRate).toBe(0.5);
    optimizer.dispose();
    other.dispose();
    tf.dispose([...pair, ...otherPair]);
  });

  it('that does not fit is refused with all that is wrong, and nothing is loaded', () => {
    const { optimizer, pair } = stepped();
    const before = JSON.stringify(optimizer.stateDict());
    const good = optimizer.stateDict();
    const wrong: OptimizerState = {
      iterations: -1,
      paramGroups: [
        { params: ['net.weight', 'old.bias'], learningRate: Number.NaN, betas: [0.9, 1], unknown: 1 },
        { params: [], learningRate: 1 },
      ],
      state: {
        'net.weight': { step: 1.5, exp_avg: good.state['net.bias']!['exp_avg']!, momentum_buffer: pair[0] },
        'old.bias': { step: 1 },
      },
    };
    expect(() => optimizer.loadStateDict(wrong)).toThrow(
      [
        'AdamW.loadStateDict: the state does not fit this optimizer; nothing was loaded.',
        '  state: iterations is -1; expected a whole number of at least 0.',
        '  2 groups; expected 1, as this optimizer has',
        '  paramGroups[0]: missing: net.bias',
        '  paramGroups[0]: unexpected: old.bias',
        '  paramGroups[0]: learningRate is NaN; expected a finite number of at least 0.',
        '  paramGroups[0]: received the unknown option "unknown"; expected betas, eps, weightDecay, amsgrad, maximize. ' +
          'Leave unknown out.',
        '  paramGroups[0]: betas is [0.9, 1]; expected two numbers, each at least 0 and below 1.',
        '  state of what is not a variable of this optimizer: old.bias',
        '  net.weight: step is 1.5; expected a whole number of at least 0.',
        '  net.weight: missing: exp_avg_sq',
        backend === 'tensorflow'
          ? '  net.weight: exp_avg is a Float64Array of 2 elements; expected 4 elements, for the shape [2, 2], that of the variable.'
          : '  net.weight: exp_avg is a float32 variable of shape [2]; expected the shape [2, 2], that of the variable.',
        '  net.weight: "momentum_buffer" is no state of this optimizer; expected exp_avg, exp_avg_sq, max_exp_avg_sq.',
      ].join('\n'),
    );
    const foreign = { ...good, state: { ...good.state, 'a\u001b[2J': { step: 1 } } };
    expect(() => optimizer.loadStateDict(foreign)).toThrow('variable of this optimizer: a\\u001b[2J');
    expect(() => optimizer.loadStateDict(null as never)).toThrow(
      'AdamW.loadStateDict: state is null; expected { iterations, state, paramGroups }, as stateDict() returns it.',
    );
    expect(() => optimizer.loadStateDict({ ...good, state: [] as never })).toThrow(
      'AdamW.loadStateDict: state is [object Object]; expected',
    );
    expect(() =>
      optimizer.loadStateDict({ ...good, paramGroups: [null as never], state: { 'net.bias': 5 as never } }),
    ).toThrow(
      '  state: paramGroups[0] is null; expected a group { params, learningRate, … }.\n' +
        '  net.bias: the state is 5; expected { step, … }.',
    );
    expect(() =>
      optimizer.loadStateDict({ ...good, paramGroups: [{ ...good.paramGroups[0]!, betas: [0.9, 1] }] }),
    ).toThrow('  paramGroups[0]: betas is [0.9, 1]; expected two numbers, each at least 0 and below 1.');
    expect(JSON.stringify(optimizer.stateDict())).toBe(before);
    optimizer.dispose();
    tf.dispose(pair);
  });

  it('of tensors that are disposed, or none, is refused', () => {
    const { optimizer, pair } = stepped();
    const gone = tf.ones([2]);
    gone.dispose();
    const good = optimizer.stateDict();
    const bad = { step: 1, exp_avg: gone, exp_avg_sq: 3 };
    expect(() => optimizer.loadStateDict({ ...good, state: { 'net.bias': bad } })).toThrow(
      /net.bias: exp_avg, of shape \[2\], is disposed; .*\n {2}net.bias: exp_avg_sq is 3; expected a tensor/,
    );
    optimizer.dispose();
    tf.dispose(pair);
  });
});

describeBackends('an optimizer that was made without variables', () => {
  const step = (optimizer: { applyGradients(gradients: tf.NamedTensorMap): void }, ...pair: tf.Variable[]) =>
    tf.tidy(() =>
      optimizer.applyGradients(
        Object.fromEntries(pair.map((variable) => [variable.name, tf.ones(variable.shape)])),
      ),
    );
  const numbers = (pair: Pair) => pair.map((variable) => [...variable.dataSync()]);

  it('goes on from the state of another, to the same numbers', () => {
    const pair = variables();
    const first = adamw({ learningRate: 0.5 });
    step(first, ...pair);
    const second = adamw();
    second.loadStateDict(first.stateDict());
    expect(second.stateDict()).toMatchObject({ iterations: 1, paramGroups: [{ learningRate: 0.5 }] });
    const start = pair.map((variable) => variable.clone());
    step(first, ...pair);
    const whole = numbers(pair);
    for (const [i, variable] of pair.entries()) variable.assign(start[i]!);
    step(second, ...pair);
    expect(numbers(pair)).toEqual(whole);
    first.dispose();
    second.dispose();
    tf.dispose([...pair, ...start]);
  });

  it('goes back to a state of fewer variables, and keeps its own where one is refused', () => {
    const [weight, bias] = variables();
    const optimizer = sgd({ learningRate: 0.5, momentum: 0.9 });
    const fresh = optimizer.stateDict();
    step(optimizer, weight);
    step(optimizer, weight, bias);
    const state = optimizer.stateDict();
    const [group] = state.paramGroups;
    const other = { ...state, paramGroups: [{ ...group!, params: [weight.name, 'nobody'] }] };
    expect(() => optimizer.loadStateDict(other)).toThrow('unexpected: nobody');
    expect(optimizer.stateDict().paramGroups).toEqual(state.paramGroups);
    expect(optimizer.updates(bias)).toBe(true);
    expect(new SGD([weight], { learningRate: 1 }).updates(bias)).toBe(false);
    optimizer.loadStateDict(fresh);
    expect(optimizer.stateDict()).toEqual(fresh);
    optimizer.dispose();
    tf.dispose([weight, bias]);
  });
});
