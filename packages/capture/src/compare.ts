import { isSameShape, show, showShape } from '@trainkit/checks';
import type { Call, Constant, Guard, HostEvent, Identity, Recording, Source } from './recording.js';
import { keyOf } from './structure.js';

/**
 * The difference of two runs of a step in the same modes, in words, or null where a replay of one
 * is a replay of the other: the same ops in the same order, on the same inputs, with the same
 * constants to the byte.
 */
export function difference(a: Recording, b: Recording): string | null {
  if (a.refusal !== null || b.refusal !== null) return b.refusal ?? a.refusal;
  return (
    callDifference(a.calls, b.calls) ??
    constantDifference(a.constants, b.constants) ??
    hostEventDifference(a.hostEvents, b.hostEvents) ??
    assignedDifference(a, b) ??
    resultDifference(a, b)
  );
}

/**
 * The difference of the layers' modes and the options of two runs, in words, or null where they are
 * the same.
 */
export function guardDifference(a: Recording, b: Recording): string | null {
  for (let i = 0; i < Math.max(a.guards.length, b.guards.length); i++) {
    const [one, other] = [a.guards[i], b.guards[i]];
    if (one === undefined || other === undefined || !Object.is(one.value, other.value)) {
      const from = differsFrom(String(one?.value), String(other?.value));
      const advice = other?.advice === undefined ? '' : `; ${other.advice}`;
      return `a layer’s mode or an option differs from run to run: it was ${shown(one, from)}, then ${shown(other, from)}${advice}`;
    }
    if (!one.tensors.every(({ source }, k) => sameSource(source, other.tensors[k]?.source))) {
      return 'a layer’s mode or an option differs from run to run: it belongs to other tensors';
    }
  }
  return null;
}

/** So much of a value is shown: an optimizer's options are one text. */
const MOST_SHOWN = 60;

function shown(guard: Guard | undefined, from: number): string {
  if (guard === undefined) return 'not there';
  const text = String(guard.value);
  if (text.length <= MOST_SHOWN) return text;
  return `${from > 0 ? '…' : ''}${text.slice(from, from + MOST_SHOWN)}…`;
}

/** The index from which two long texts differ, less a few letters. */
function differsFrom(one: string, other: string): number {
  const first = [...one].findIndex((letter, i) => letter !== other[i]);
  return Math.max(0, (first === -1 ? one.length : first) - MOST_SHOWN / 2);
}

function callDifference(a: readonly Call[], b: readonly Call[]): string | null {
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const [one, other] = [a[i], b[i]];
    if (one?.op !== other?.op) {
      return `two runs of it differ: op ${i} was ${one?.op ?? 'none'}, then ${other?.op ?? 'none'}`;
    }
    if (one === undefined || other === undefined) break;
    if (!sameAttributes(one, other)) {
      return `two runs of it differ: op ${i}, ${one.op}, had other attributes`;
    }
    const input = one.inputs.findIndex((source, k) => !sameSource(source, other.inputs[k]));
    if (input !== -1 || one.inputs.length !== other.inputs.length) {
      return `two runs of it differ: op ${i}, ${one.op}, got ${describe(one.inputs[input])}, then ${describe(other.inputs[input])}`;
    }
    if (JSON.stringify(one.outputs) !== JSON.stringify(other.outputs)) {
      return `two runs of it differ: op ${i}, ${one.op}, gave another shape`;
    }
  }
  return null;
}

function sameAttributes(a: Call, b: Call): boolean {
  return (
    a.numbers.length === b.numbers.length &&
    a.numbers.every((number, i) => Object.is(number, b.numbers[i])) &&
    JSON.stringify([a.attributes, a.flags]) === JSON.stringify([b.attributes, b.flags])
  );
}

function constantDifference(a: readonly Constant[], b: readonly Constant[]): string | null {
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const [one, other] = [a[i], b[i]];
    if (one !== undefined && other !== undefined && sameConstant(one, other)) continue;
    return (
      `a number that it makes a tensor of differs from run to run (constant ${i}, ${preview(one)}, then ` +
      `${preview(other)}); pass it as a tensor, or make it with freshTensor or freshScalar of @trainkit/kernels/capture`
    );
  }
  return null;
}

export function sameConstant(a: Constant, b: Constant): boolean {
  if (a.dtype !== b.dtype || a.shape.join() !== b.shape.join() || a.values.length !== b.values.length)
    return false;
  return a.values.every((value, i) => {
    const other = b.values[i];
    return typeof value === 'number' ? Object.is(value, other) : String(value) === String(other);
  });
}

function hostEventDifference(a: readonly HostEvent[], b: readonly HostEvent[]): string | null {
  const text = (hostEvents: readonly HostEvent[]) =>
    hostEvents
      .map((entry) => (entry.kind === 'input' ? `${entry.dtype}[${entry.shape}]` : entry.kind))
      .join();
  if (text(a) !== text(b)) return 'two runs of it differ in what they draw, count or are fed';
  const same = a.every((entry, i) => {
    const other = b[i];
    if (entry.kind !== 'input' || other?.kind !== 'input') return true;
    return (
      entry.depends.length === other.depends.length &&
      entry.depends.every((value, k) => Object.is(value, other.depends[k]))
    );
  });
  return same ? null : 'two runs of it draw from another generator, or with another probability';
}

function assignedDifference(a: Recording, b: Recording): string | null {
  const same =
    a.assigned.length === b.assigned.length &&
    a.assigned.every(({ variable, source }, i) => {
      const other = b.assigned[i];
      return other !== undefined && variable === other.variable && sameSource(source, other.source);
    });
  return same ? null : 'two runs of it differ in the variables that they assign';
}

function resultDifference(a: Recording, b: Recording): string | null {
  const structureOf = ({ structure }: Recording) => keyOf({ structure, tensors: [] });
  const same =
    structureOf(a) === structureOf(b) &&
    a.results.every(({ source, identity, dtype, shape }, i) => {
      const other = b.results[i];
      return (
        sameSource(source, other?.source) &&
        sameIdentity(identity, other?.identity ?? null) &&
        dtype === other?.dtype &&
        isSameShape(shape, other.shape)
      );
    });
  return same ? null : 'two runs of it differ in what they return';
}

function sameIdentity(a: Identity | null, b: Identity | null): boolean {
  if (a?.kind === 'held' && b?.kind === 'held') return a.tensor === b.tensor;
  return a?.kind === b?.kind;
}

function sameSource(a: Source, b: Source | undefined): boolean {
  if (b === undefined || a.kind !== b.kind) return false;
  switch (a.kind) {
    case 'argument':
      return b.kind === a.kind && a.index === b.index;
    case 'variable':
      return b.kind === a.kind && a.variable === b.variable;
    case 'external':
      return b.kind === a.kind && a.dataId === b.dataId;
    case 'input':
      return b.kind === a.kind && a.entry === b.entry;
    case 'constant':
      return b.kind === a.kind && a.index === b.index;
    case 'absent':
      return true;
    case 'result':
      return b.kind === a.kind && a.call === b.call && a.output === b.output;
  }
}

function describe(source: Source | undefined): string {
  switch (source?.kind) {
    case undefined:
    case 'absent':
      return 'nothing';
    case 'argument':
      return `argument tensor ${source.index}`;
    case 'variable':
      return `the variable ${show(source.variable.name)}`;
    case 'external':
      return `a tensor of shape ${showShape(source.shape)} that is no argument`;
    case 'input':
      return 'a freshTensor';
    case 'constant':
      return 'a constant';
    case 'result':
      return `the result of op ${source.call}`;
  }
}

function preview(constant: Constant | undefined): string {
  if (constant === undefined) return 'none';
  const [first, ...rest] = constant.values;
  return rest.length === 0 ? `${first}` : `[${first}, …]`;
}
