import * as tf from '@tensorflow/tfjs';
import { Linear, loadPyTorchStateDict, Module, pytorchStateDict } from '@trainkit/nn';
import { decodeSafetensors } from '@trainkit/safetensors';
import { describeBackends, expectAllClose } from '@trainkit/testing';
import { describe, expect, it } from 'vitest';
import golden from '../goldens/loading.json' with { type: 'json' };
import { BatchNorm } from './index.js';

/**
 * The network of goldens/loading.py: a body that shares its weight with a second layer, a norm, a
 * head.
 */
class Net extends Module {
  readonly body = new Linear(4, 4);
  readonly norm = new BatchNorm(4);
  readonly tied = tiedTo(this.body);
  readonly head: Linear;

  constructor(classes = 3) {
    super();
    this.head = new Linear(4, classes);
  }

  override forward(x: tf.Tensor): tf.Tensor {
    return this.head.forward(this.tied.forward(this.norm.forward(this.body.forward(x))));
  }
}

function tiedTo({ weight }: Linear): Linear {
  const layer = new Linear(4, 4);
  layer.weight.dispose();
  return Object.assign(layer, { weight });
}

const tensorsOf = (title: string) => {
  const found = golden.files.find((file) => file.title === title);
  if (found === undefined) throw new Error(`No golden "${title}"`);
  return decodeSafetensors(Buffer.from(found.file, 'base64')).tensors;
};

/** Runs a body with a network and disposes the network. */
function using<M extends Module>(net: M, body: (net: M) => void): void {
  try {
    body(net);
  } finally {
    net.dispose();
  }
}

const dataOf = (net: Module) => Object.values(pytorchStateDict(net)).map(({ data }) => [...data].join());

describeBackends('a file of PyTorch’s', () => {
  it.each(golden.files)(
    'with $title is loaded or refused as Python’s strict load does',
    ({ title, output }) => {
      using(new Net().eval(), (net) => {
        const before = dataOf(net);
        const tensors = tensorsOf(title);
        if (output === null) {
          expect(() => loadPyTorchStateDict(net, tensors)).toThrow(
            'the state does not fit this Net; nothing was loaded.',
          );
          expect(dataOf(net)).toEqual(before);
        } else {
          expect(loadPyTorchStateDict(net, tensors)).toEqual({ missing: [], unexpected: [] });
          tf.tidy(() =>
            expectAllClose(net.forward(tf.tensor(golden.x, [5, 4])), output, { atol: 1e-5, rtol: 1e-5 }),
          );
        }
      });
    },
  );
});

describe('a file of PyTorch’s that does not fit', () => {
  // As in safetensors' load_model, no name of a tied weight counts as missing if one of them is
  // present.
  const names = (list: readonly string[]) => new Set(list.filter((name) => name !== 'tied.weight'));

  it.each(golden.files)(
    'with $title leaves out the same entries as Python’s lenient load',
    ({ title, lenient }) => {
      using(new Net(), (net) => {
        const tensors = tensorsOf(title);
        if (lenient === null) {
          expect(() => loadPyTorchStateDict(net, tensors, { strict: false })).toThrow(
            'misshapen: head.weight',
          );
          return;
        }
        if (lenient.unexpected.length === Object.keys(tensors).length) {
          // Python's function loads nothing, without an error.
          expect(() => loadPyTorchStateDict(net, tensors, { strict: false })).toThrow('nothing was loaded');
          return;
        }
        const { missing, unexpected } = loadPyTorchStateDict(net, tensors, { strict: false });
        expect([names(missing), new Set(unexpected)]).toEqual([
          names(lenient.missing),
          new Set(lenient.unexpected),
        ]);
      });
    },
  );

  it('refuses a file without counts in loadStateDict, whose states have them', () => {
    using(new Net(), (net) => {
      const state = Object.fromEntries(
        Object.entries(net.stateDict()).filter(([path]) => !path.endsWith('num_batches_tracked')),
      );
      expect(() => net.loadStateDict(state)).toThrow(/missing: norm\.num_batches_tracked/);
      expect(net.loadStateDict(state, { strict: false }).missing).toEqual(['norm.num_batches_tracked']);
    });
  });

  it('keeps the model’s own count if the file has none', () => {
    using(new Net(), (net) => {
      tf.tidy(() => net.norm.numBatchesTracked.assign(tf.scalar(7, 'int32')));
      loadPyTorchStateDict(net, tensorsOf('no counts'));
      expect(net.norm.numBatchesTracked.dataSync()[0]).toBe(7);
    });
  });

  it.each<[title: string, advice: string, rename: (name: string) => string | null]>([
    [
      'DataParallel',
      "The state's names have 'module.', which PyTorch puts around a model: pass { rename: (name) => name.replace(/^module\\./, '') }.",
      (name) => name.replace(/^module\./, ''),
    ],
    [
      'torch.compile',
      "names have '_orig_mod.', which PyTorch puts around a model: pass { rename: (name) => name.replace(/^_orig_mod\\./, '') }.",
      (name) => name.replace(/^_orig_mod\./, ''),
    ],
    [
      'both',
      "names have 'module.' and '_orig_mod.', which PyTorch puts around a model: pass { rename: (name) => name.replace(/\\b(module|_orig_mod)\\./g, '') }.",
      (name) => name.replace(/\b(module|_orig_mod)\./g, ''),
    ],
    [
      'a part of a larger model',
      "The state's names begin with 'encoder.net.', the model's do not: pass { rename: (name) => name.replace(/^encoder\\.net\\./, '') }.",
      (name) => name.replace(/^encoder\.net\./, ''),
    ],
  ])('with %s says how to rename, and loads so', (title, advice, rename) => {
    using(new Net(), (net) => {
      expect(() => loadPyTorchStateDict(net, tensorsOf(title))).toThrow(advice);
      expect(loadPyTorchStateDict(net, tensorsOf(title), { rename })).toEqual({
        missing: [],
        unexpected: [],
      });
      using(new Net(), (whole) => {
        loadPyTorchStateDict(whole, tensorsOf('whole'));
        expect(dataOf(net)).toEqual(dataOf(whole));
      });
    });
  });

  it('with another head says how to leave it out, and reports it', () => {
    using(new Net(), (net) => {
      const head = [...net.head.weight.dataSync()];
      const advice =
        "To leave head as it is, pass { strict: false, rename: (name) => (name.startsWith('head.') ? null : name) }.";
      expect(() => loadPyTorchStateDict(net, tensorsOf('another head'))).toThrow(advice);
      const rename = (name: string) => (name.startsWith('head.') ? null : name);
      expect(() => loadPyTorchStateDict(net, tensorsOf('another head'), { rename })).toThrow(
        'missing: head.weight, head.bias',
      );
      expect(loadPyTorchStateDict(net, tensorsOf('another head'), { strict: false, rename })).toEqual({
        missing: ['head.weight', 'head.bias'],
        unexpected: [],
      });
      expect([...net.head.weight.dataSync()]).toEqual(head);
    });
  });
});
