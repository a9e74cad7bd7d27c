import { Tensor, type Variable } from '@tensorflow/tfjs-core';
import { printable, show } from '@trainkit/checks';
import type { Part } from './part.js';
import type { LayersModelLike } from './stateful.js';

/** Bare variables by name. */
export function variablePart(where: string, variables: Readonly<Record<string, Variable>>): Part {
  return {
    read: () => variables,
    load: (state) => {
      const tensors = checkedTensors(where, variables, state);
      for (const [name, variable] of Object.entries(variables)) variable.assign(tensors[name]!);
    },
  };
}

/** The weights of a `tf.LayersModel`, by index and name, since a name may occur twice. */
export function weightsPart(where: string, model: LayersModelLike): Part {
  const read = () =>
    Object.fromEntries(model.weights.map((weight, i) => [`${i}.${weight.originalName}`, weight.read()]));
  return {
    read,
    load: (state) => {
      // Names of layers are counted within a process, so only indices are compared.
      const own = Object.fromEntries(Object.values(read()).map((weight, i) => [`${i}`, weight]));
      const given = isRecord(state)
        ? Object.fromEntries(Object.entries(state).map(([key, tensor]) => [key.replace(/\..*$/, ''), tensor]))
        : state;
      model.setWeights(Object.values(checkedTensors(where, own, given)));
    },
  };
}

/** The tensors of `state` in the order of `own`; one error names all that do not fit. */
function checkedTensors(
  where: string,
  own: Readonly<Record<string, Tensor>>,
  state: unknown,
): Record<string, Tensor> {
  if (!isRecord(state)) {
    throw new TypeError(
      `${where}: the model's state is ${show(state)}; expected tensors by name, as a checkpoint has them.`,
    );
  }
  const problems: string[] = [];
  const tensors: Record<string, Tensor> = {};
  for (const [name, { dtype, shape }] of Object.entries(own)) {
    const given = state[name];
    if (!(given instanceof Tensor)) problems.push(`${name} is missing`);
    else if (given.dtype !== dtype || given.shape.join() !== shape.join()) {
      problems.push(
        `${name} is ${dtype} [${shape.join(', ')}], the state has ${given.dtype} [${given.shape.join(', ')}]`,
      );
    } else tensors[name] = given;
  }
  problems.push(
    ...Object.keys(state)
      .filter((name) => !Object.hasOwn(own, name))
      .map((name) => `${name} is not the model's`),
  );
  if (problems.length === 0) return tensors;
  // The names of the state come from a file.
  throw new Error(
    printable(
      `${where}: the state does not fit the model: ${problems.join('; ')}. Build the model as it was saved.`,
    ),
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
