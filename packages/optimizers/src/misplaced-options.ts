import { show } from '@trainkit/checks';
import type { AnyOptionTable } from './option-rules.js';

/** PyTorch's spellings of options that people set on an optimizer. */
const SPELLINGS: Readonly<Record<string, string>> = { lr: 'learningRate', weight_decay: 'weightDecay' };

/**
 * Gives an optimizer setters that throw and say what to write: a plain property of an option's name
 * would change nothing.
 *
 * They are not declared, so that TypeScript refuses them; and not enumerable.
 */
export function refuseMisplacedOptions(optimizer: object, name: string, table: AnyOptionTable): void {
  const names = Object.keys(table).filter((option) => option !== 'learningRate');
  const spellings = Object.entries(SPELLINGS).filter(([, option]) => option in table);
  for (const [property, option] of [...names.map((each) => [each, each] as const), ...spellings]) {
    Object.defineProperty(optimizer, property, {
      configurable: true,
      get: () => undefined,
      set: (value: unknown) => {
        throw new TypeError(message(name, property, option, value));
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

/**
 * The groups as a list that cannot be changed: a group that is added would have neither checks nor
 * state.
 */
export function fixedGroups<Group extends object>(
  optimizer: string,
  groups: readonly Group[],
): readonly Group[] {
  const refuse = (_: unknown, key: string | symbol): never => {
    throw new TypeError(
      `${optimizer}: paramGroups was changed, at ${String(key)}; expected the groups that the constructor got. ` +
        'Write optimizer.addParamGroup({ params, …options }) for a further group.',
    );
  };
  return new Proxy<readonly Group[]>(groups, { set: refuse, defineProperty: refuse, deleteProperty: refuse });
}
