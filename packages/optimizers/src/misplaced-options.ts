import { show } from '@trainkit/checks';

/** Options that people set on an optimizer, and their names in its groups. */
const OPTIONS: Readonly<Record<string, string>> = {
  lr: 'learningRate',
  momentum: 'momentum',
  dampening: 'dampening',
  nesterov: 'nesterov',
  weightDecay: 'weightDecay',
  weight_decay: 'weightDecay',
  betas: 'betas',
  eps: 'eps',
  amsgrad: 'amsgrad',
  maximize: 'maximize',
};

/** The name of an optimizer, for errors, and its options. */
interface Owner {
  readonly name: string;
  readonly options: object;
}

/**
 * Gives a prototype setters that throw and say what to write: a plain property of an option's name would change nothing.
 *
 * They are not declared, so that TypeScript refuses them; and not enumerable. A subclass may have a property of such a name
 * where its options have none.
 */
export function refuseMisplacedOptions(prototype: object, ownerOf: (optimizer: object) => Owner): void {
  for (const [property, option] of Object.entries(OPTIONS)) {
    Object.defineProperty(prototype, property, {
      configurable: true,
      get: () => undefined,
      set(this: object, value: unknown) {
        const { name, options } = ownerOf(this);
        if (option in options) throw new TypeError(message(name, property, option, value));
        Object.defineProperty(this, property, {
          value,
          configurable: true,
          enumerable: true,
          writable: true,
        });
      },
    });
  }
}

function message(name: string, property: string, option: string, value: unknown): string {
  const received = `${name}: ${property} was set to ${show(value)} on the optimizer`;
  return option === 'learningRate'
    ? `${received}; expected learningRate. Write optimizer.learningRate = ${show(value)}.`
    : `${received}; expected it to be set on its groups. ` +
        `Write for (const group of optimizer.paramGroups) group.${option} = ${show(value)}.`;
}

/** The groups as a list that cannot be changed: a group that is added would have neither checks nor state. */
export function fixedGroups<Group extends object>(
  optimizer: string,
  groups: readonly Group[],
): readonly Group[] {
  const refuse = (_: unknown, key: string | symbol): never => {
    throw new TypeError(
      `${optimizer}: paramGroups was changed, at ${String(key)}; expected the groups that the constructor got. ` +
        `Write new ${optimizer}([{ params: first }, { params: second }], options) with all groups, and loadStateDict for ` +
        'the state.',
    );
  };
  return new Proxy<readonly Group[]>(groups, { set: refuse, defineProperty: refuse, deleteProperty: refuse });
}
