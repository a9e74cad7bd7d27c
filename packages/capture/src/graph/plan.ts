import type { Variable } from '@tensorflow/tfjs-core';
import type { NativeAttribute, NativeBinding } from '@trainkit/kernels/node';
import { sameConstant } from '../compare.js';
import type { Call, Constant, Fed, Recording, Source } from '../recording.js';
import { attributeValue } from './attributes.js';
import { GraphBuilder } from './graph-builder.js';
import { type AttributeValue, FLOAT, type GraphNode, ISOLATED_SOFTMAX } from './graph-def.js';
import { updatesAtEnd } from './updates-at-end.js';

/** A recording as a graph: its nodes, what is fed in each run, and where results come out. */
export interface Plan {
  nodes: readonly GraphNode[];
  /** Tensors to feed, each by the name of its place and where it comes from. */
  feeds: readonly { name: string; source: Fed }[];
  /** Constants to feed, always the same. */
  constants: readonly { name: string; constant: Constant }[];
  /**
   * The node that gets the numbers of the host events, as one vector; null where there are none.
   */
  numbers: string | null;
  /** Variables that live in the graph, since an op updates them in place. */
  residents: readonly Resident[];
  /**
   * True where nothing that may fail comes after an update: then what failed has changed no
   * variable.
   */
  updatesLast: boolean;
  /** The names of the nodes that run before all updates. */
  beforeUpdates: ReadonlySet<string>;
  /** The new tensors that the step returned, in order. */
  results: readonly string[];
  /** The other variables that have new values. */
  assigned: readonly { variable: Variable; name: string }[];
}

/** A variable that lives in the graph. */
interface Resident {
  variable: Variable;
  /** The resource. */
  handle: string;
  /** The value before the step. */
  before: string;
  /** The value after the step. */
  after: string;
  /** The node that is fed a value that was assigned from outside. */
  feed: string;
  /** The node that has to be fetched for that. */
  set: string;
}

const INT32 = 3;

/** @throws where something cannot be put into a graph */
export function plan(recording: Recording, binding: NativeBinding): Plan {
  return new Planner(recording, binding).plan();
}

class Planner {
  readonly #recording: Recording;
  readonly #binding: NativeBinding;
  readonly #graph = new GraphBuilder();
  readonly #feeds: { name: string; source: Fed }[] = [];
  readonly #constants: { name: string; constant: Constant }[] = [];
  readonly #residents = new Map<Variable, { resident: Resident; update: string }>();
  /** The names of what was planned already. */
  readonly #names = new Map<string, string>();
  readonly #variables = new Map<Variable, number>();
  readonly #external = new Map<object, number>();

  constructor(recording: Recording, binding: NativeBinding) {
    this.#recording = recording;
    this.#binding = binding;
  }

  plan(): Plan {
    const { calls, hostEvents, results, assigned } = this.#recording;
    this.#findResidents();
    // Something is always fed: the binding takes no empty list.
    const always = { shape: [], dtype: FLOAT };
    this.#constants.push({
      name: this.#graph.placeholder('always', always),
      constant: { ...always, values: new Float32Array(1) },
    });
    const numbers = this.#numbers(
      hostEvents.flatMap(({ kind }, entry) => (kind === 'number' ? [entry] : [])),
    );
    for (const [index, call] of calls.entries()) {
      if (call.updates > 0) this.#update(index, call);
      else if (call.op === 'AddN') this.#sum(index, call);
      else this.#operation(index, call);
    }
    const residents = [...this.#residents.values()].map(({ resident }) => resident);
    const outputs = {
      results: results
        .filter(({ identity }) => identity === null)
        .map(({ source }, i) => this.#output(`result${i}`, source)),
      assigned: assigned
        .filter(({ variable }) => !this.#residents.has(variable))
        .map(({ variable, source }, i) => ({ variable, name: this.#output(`assigned${i}`, source) })),
    };
    const fetched = [
      ...residents.map(({ after }) => after),
      ...outputs.assigned.map(({ name }) => name),
      ...outputs.results,
    ];
    const updates = new Set([...this.#residents.values()].map(({ update }) => update));
    return {
      ...outputs,
      residents,
      ...updatesAtEnd(this.#ordered(), fetched, updates),
      numbers,
      feeds: this.#feeds,
      constants: this.#constants,
    };
  }

  /** A variable is resident where the step's update of it is all that happens to it. */
  #findResidents(): void {
    const { calls, assigned } = this.#recording;
    const final = new Map(assigned.map(({ variable, source }) => [variable, source]));
    for (const [index, call] of calls.entries()) {
      for (const [output, source] of call.inputs.slice(0, call.updates).entries()) {
        if (source.kind !== 'variable') continue;
        const after = final.get(source.variable);
        if (after?.kind !== 'result' || after.call !== index || after.output !== output) continue;
        this.#addResident(source.variable, index, output, call.outputs[output]!.shape);
      }
    }
  }

  #addResident(variable: Variable, index: number, output: number, shape: readonly number[]): void {
    const name = `variable${this.#residents.size}`;
    const handle = this.#graph.handle(name, shape);
    const feed = this.#graph.placeholder(`${name}In`, { dtype: FLOAT, shape });
    const assigned = this.#graph.assign(`${name}Assign`, handle, feed);
    // What is not fetched does not run: the assignment runs for the sake of something to fetch.
    const set = this.#graph.node(`${name}Assigned`, 'Const', [assigned], {
      dtype: { kind: 'type', value: INT32 },
      value: { kind: 'tensor', dtype: INT32, shape: [], content: new Uint8Array(4) },
    });
    const before = this.#graph.read(`${name}Before`, handle);
    const after = `${resultName(index, output)}:0`;
    const resident = { variable, handle, before, after, feed, set };
    this.#residents.set(variable, { resident, update: `op${index}` });
  }

  #numbers(entries: readonly number[]): string | null {
    if (entries.length === 0) return null;
    const numbers = this.#graph.placeholder('numbers', { dtype: FLOAT, shape: [entries.length] });
    this.#graph.node('number', 'Unpack', [numbers], {
      T: { kind: 'type', value: FLOAT },
      num: { kind: 'integer', value: entries.length },
      axis: { kind: 'integer', value: 0 },
    });
    for (const [i, entry] of entries.entries()) this.#names.set(`input ${entry}`, `number:${i}`);
    return numbers;
  }

  /** An op, and behind each of its outputs a stop. */
  #operation(index: number, { op, inputs, attributes, outputs }: Call): void {
    const name = `op${index}`;
    const [first] = inputs;
    // The one attribute that tfjs-node leaves to TensorFlow to find, which it does for single ops
    // only.
    const found: Record<string, AttributeValue> =
      op === 'ExpandDims' && first !== undefined ? { T: { kind: 'type', value: this.#dtype(first) } } : {};
    const names = inputs.map((source) => this.#name(source));
    if (op === 'Softmax') this.#graph.node(name, ISOLATED_SOFTMAX, names, {});
    else this.#graph.node(name, op, names, { ...found, ...this.#attributes(attributes) });
    for (const [output, kind] of outputs.entries()) {
      this.#graph.stopped(resultName(index, output), `${name}:${output}`, kind);
    }
  }

  /**
   * AddN as it computes eagerly: from left to right the first up to 9 terms, then groups of 8, each
   * added up first. As one op in a graph it would be oneDNN's, which rounds otherwise.
   */
  #sum(index: number, { inputs, outputs }: Call): void {
    const [kind = { dtype: FLOAT, shape: [] }] = outputs;
    const terms = inputs.map((source) => this.#name(source));
    let count = 0;
    const add = (a: string, b: string): string => {
      const name = `op${index}x${count++}`;
      this.#graph.node(name, 'AddV2', [a, b], { T: { kind: 'type', value: kind.dtype } });
      return this.#graph.stopped(`${name}Stop`, `${name}:0`, kind);
    };
    const start = ((terms.length + 6) % 8) + 2;
    let sum = terms.slice(0, start).reduce(add);
    for (let i = start; i < terms.length; i += 8) sum = add(sum, terms.slice(i, i + 8).reduce(add));
    this.#graph.stopped(resultName(index, 0), sum, kind);
  }

  #update(index: number, call: Call): void {
    const { op, flags, inputs, outputs, updates } = call;
    const name = `op${index}`;
    const before: string[] = [];
    const handles = inputs.slice(0, updates).map((source, i) => {
      const known = source.kind === 'variable' ? this.#residents.get(source.variable) : undefined;
      if (known?.update === name) return known.resident.handle;
      const handle = this.#graph.handle(`${name}Variable${i}`, outputs[i]!.shape);
      before.push(this.#graph.assign(`${name}Assign${i}`, handle, this.#name(source)));
      return handle;
    });
    const others = inputs.slice(updates).map((source) => this.#name(source));
    const attributes: Record<string, AttributeValue> = { T: { kind: 'type', value: FLOAT } };
    for (const [flag, value] of Object.entries(flags)) attributes[flag] = { kind: 'boolean', value };
    this.#graph.node(name, op, [...handles, ...others, ...before], attributes);
    for (const [output, handle] of handles.entries()) {
      this.#graph.read(resultName(index, output), handle, name);
    }
  }

  /** The nodes, with each update behind all that reads the variable as it was before. */
  #ordered(): GraphNode[] {
    const residents = [...this.#residents.values()];
    const updates = new Map(residents.map(({ resident, update }) => [resident.before, update]));
    const earlier = new Map(residents.map(({ update }) => [update, new Set<string>()]));
    for (const { name, inputs } of this.#graph.nodes) {
      for (const input of inputs) {
        const update = updates.get(input);
        if (update !== undefined && update !== name) earlier.get(update)?.add(`^${name}`);
      }
    }
    return this.#graph.nodes.map((node) => ({
      ...node,
      inputs: [...node.inputs, ...(earlier.get(node.name) ?? [])],
    }));
  }

  /** A node of its own for what is fetched: one name may not be fetched twice. */
  #output(name: string, source: Source): string {
    return this.#graph.node(`${name}Out`, 'Identity', [this.#name(source)], {
      T: { kind: 'type', value: this.#dtype(source) },
    });
  }

  #name(source: Source): string {
    if (source.kind === 'result') return `${resultName(source.call, source.output)}:0`;
    if (source.kind === 'variable') {
      const known = this.#residents.get(source.variable);
      if (known !== undefined) return known.resident.before;
    }
    if (source.kind === 'constant') return this.#constant(source.index);
    if (source.kind === 'absent') throw new Error('it leaves out an input of an op');
    const key = this.#key(source);
    const name = this.#names.get(key) ?? this.#placeholder(source);
    this.#names.set(key, name);
    return name;
  }

  #placeholder(source: Fed): string {
    const name = this.#graph.placeholder(`in${this.#feeds.length}`, source);
    this.#feeds.push({ name, source });
    return name;
  }

  /**
   * Fed, all of them: TensorFlow computes with what it knows before it runs, and otherwise than its
   * ops would.
   */
  #constant(index: number): string {
    const constant = this.#recording.constants[index]!;
    const first = this.#recording.constants.findIndex((other) => sameConstant(other, constant));
    const name = `constant${first}`;
    if (this.#names.has(name)) return `${name}:0`;
    this.#names.set(name, name);
    if (!ArrayBuffer.isView(constant.values)) throw new Error('it makes a tensor of strings');
    this.#constants.push({ name: this.#graph.placeholder(name, constant), constant });
    return `${name}:0`;
  }

  #key(source: Fed): string {
    switch (source.kind) {
      case 'argument':
        return `argument ${source.index}`;
      case 'input':
        return `input ${source.entry}`;
      case 'variable':
        return `variable ${numbered(this.#variables, source.variable)}`;
      case 'external':
        return `external ${numbered(this.#external, source.dataId)}`;
    }
  }

  #dtype(source: Source): number {
    const { calls, constants } = this.#recording;
    if (source.kind === 'absent') throw new Error('it leaves out an input of an op');
    if (source.kind === 'constant') return constants[source.index]!.dtype;
    return source.kind === 'result' ? calls[source.call]!.outputs[source.output]!.dtype : source.dtype;
  }

  #attributes(attributes: readonly NativeAttribute[]): Record<string, AttributeValue> {
    return Object.fromEntries(attributes.map((one) => [one.name, attributeValue(one, this.#binding)]));
  }
}

function resultName(call: number, output: number): string {
  return `result${call}x${output}`;
}

function numbered<Key>(numbers: Map<Key, number>, key: Key): number {
  const known = numbers.get(key) ?? numbers.size;
  numbers.set(key, known);
  return known;
}
