import { describe, expect, it } from 'vitest';
import { type CaptureRecorder, type GuardValue, guardFields, withRecorder } from './capture.js';

/** A recorder that writes down guards and refusals. */
class Written implements CaptureRecorder {
  readonly guards: { read: () => GuardValue; value: GuardValue }[] = [];
  readonly refusals: string[] = [];

  guard(read: () => GuardValue, _: readonly unknown[], value: GuardValue): void {
    this.guards.push({ read, value });
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
    guardFields(this, 'size', 'owner');
  }
}

describe('guardFields', () => {
  it('leaves fields as they are outside of recorded steps', () => {
    const layer = new Layer();
    layer.size = 2;
    expect({ ...layer }).toEqual({ size: 2, owner: {} });
  });

  it('tells a recorder of what is read, by value or by who it is', () => {
    const [layer, written] = [new Layer(), new Written()];
    const holds = () => written.guards.map(({ read, value }) => Object.is(read(), value));
    withRecorder(written, () => [layer.size, layer.owner]);
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
    withRecorder(written, () => {
      layer.size = 3;
    });
    expect(layer.size).toBe(3);
    expect(written.refusals).toEqual(['it sets size of a Layer; set it between calls']);
  });
});
