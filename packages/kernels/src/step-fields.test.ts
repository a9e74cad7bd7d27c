import { describe, expect, it } from 'vitest';
import { type Fact, guardStepFields, recordStep, type StepRecorder } from './index.js';

/** A recorder that writes down facts and refusals. */
class Written implements StepRecorder {
  readonly facts: { read: () => Fact; value: Fact }[] = [];
  readonly refusals: string[] = [];

  fact(read: () => Fact, _: readonly unknown[], value: Fact): void {
    this.facts.push({ read, value });
  }

  refuse(reason: string): void {
    this.refusals.push(reason);
  }

  input(): never {
    throw new Error('not used');
  }

  number(): never {
    throw new Error('not used');
  }

  update(): never {
    throw new Error('not used');
  }

  effect(): void {}

  mode(): void {}

  setMode(): void {}
}

class Layer {
  size: number | null = 1;
  owner: object = {};

  constructor() {
    guardStepFields(this, 'size', 'owner');
  }
}

describe('guardStepFields', () => {
  it('leaves fields as they are outside of recorded steps', () => {
    const layer = new Layer();
    layer.size = 2;
    expect({ ...layer }).toEqual({ size: 2, owner: {} });
  });

  it('tells a recorder of what is read, by value or by who it is', () => {
    const [layer, written] = [new Layer(), new Written()];
    const holds = () => written.facts.map(({ read, value }) => Object.is(read(), value));
    recordStep(written, () => [layer.size, layer.owner]);
    expect(holds()).toEqual([true, true]);
    layer.size = null;
    layer.owner = {};
    expect(holds()).toEqual([false, false]);
    layer.size = 1;
    expect(holds()).toEqual([true, false]);
    expect(written.refusals).toEqual([]);
  });

  it('refuses what sets one in a recorded step', () => {
    const [layer, written] = [new Layer(), new Written()];
    recordStep(written, () => {
      layer.size = 3;
    });
    expect(layer.size).toBe(3);
    expect(written.refusals).toEqual(['it sets size of a Layer; set it between calls']);
  });
});
