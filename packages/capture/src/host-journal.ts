import type { CaptureJournal } from '@trainkit/kernels/capture';

/** The changes of the JavaScript of one replay, to take them back. */
export class HostJournal implements CaptureJournal {
  readonly #owners = new Set<object>();
  readonly #undos: (() => void)[] = [];

  before(owner: object, save: () => () => void): void {
    if (this.#owners.has(owner)) return;
    this.#owners.add(owner);
    this.#undos.push(save());
  }

  /** Notes what takes back that which was just done. */
  did(undo: () => void): void {
    this.#undos.push(undo);
  }

  /** Takes all back, the last first. */
  undo(): void {
    for (const undo of this.#undos.splice(0).reverse()) undo();
  }
}
