import { describe, expect, it } from 'vitest';
import { failure } from './failure.js';
import type { GraphNode } from './graph-def.js';
import { updatesAtEnd } from './updates-at-end.js';

const node = (name: string, op: string, inputs: string[]): GraphNode => ({
  name,
  op,
  inputs,
  attributes: {},
});

/** A gradient, an update by it, and an op on the updated variable. */
const graph = (last: string) =>
  updatesAtEnd(
    [
      node('variable0', 'VarHandleOp', []),
      node('op0', 'GatherV2', []),
      node('op1x0', 'AddV2', ['op0:0']),
      node('op2', 'ResourceApplyGradientDescent', ['variable0:0', 'op1x0:0']),
      node('after', 'ReadVariableOp', ['variable0:0', '^op2']),
      node('op3', last, ['after:0']),
    ],
    ['op3:0'],
    new Set(['op2']),
  );

const CALLS = ['GatherV2', 'AddN', 'ResourceApplyGradientDescent', 'MatMul'].map((op) => ({ op }));

/** As TensorFlow says it. */
const thrown = (name: string) =>
  new Error(`Session fail to run with error: no memory\n\t [[{{node ${name}}} = Op[T=DT_FLOAT](a, b)]]`);

describe('the error of an op that fails in a replay', () => {
  it.each([
    ['op0', 'GatherV2'],
    ['op1x0', 'AddN'],
  ])('says of what runs before the updates that nothing has changed: %s', (name, op) => {
    const error = thrown(name);
    const named = failure(error, CALLS, graph('MatMul'));
    expect(named).toEqual(
      new Error(`capture: ${op} failed in a replay, which has changed nothing: no memory.`),
    );
    expect(named).toHaveProperty('cause', error);
  });

  it.each([
    ['op2', 'ResourceApplyGradientDescent'],
    ['op3', 'MatMul'],
  ])('says of others that variables may have been updated: %s', (name, op) => {
    expect(failure(thrown(name), CALLS, graph('MatMul'))).toEqual(
      new Error(`capture: ${op} failed in a replay, and variables may have been updated already: no memory.`),
    );
  });

  it('says that nothing has changed where the values before are kept, or nothing is updated in place', () => {
    const kept = graph('GatherV2');
    expect(kept.updatesLast).toBe(false);
    expect(failure(thrown('op3'), CALLS, kept)).toHaveProperty(
      'message',
      expect.stringContaining('which has changed nothing'),
    );
    const plain = updatesAtEnd([node('op3', 'MatMul', [])], ['op3:0'], new Set());
    expect(failure(thrown('op3'), CALLS, plain)).toHaveProperty(
      'message',
      expect.stringContaining('which has changed nothing'),
    );
  });

  it('leaves other errors as they are', () => {
    for (const error of [new Error('no'), thrown('other'), thrown('op9')])
      expect(failure(error, CALLS, graph('MatMul'))).toBe(error);
  });
});
