import { tensorsIn } from '@trainkit/checks/tensor';
import { hasMethods } from '../state/has-methods.js';
import type { Model } from '../state/stateful.js';
import { notFinite } from './trained-model.js';

/**
 * Finds the origin of the first number that is not finite.
 *
 * @param repeat repeats the failed step or validation eagerly
 * @returns a clause, such as `the output of 3 (ReLU) is infinite`; null if nothing was found
 */
export type Locate = (repeat: () => Promise<void>) => Promise<string | null>;

/** The part of a module of `@trainkit/nn` that {@link locateByHooks} needs. */
interface Hooked {
  namedModules(): [path: string, module: HookedLayer][];
}

interface HookedLayer {
  children(): unknown[];
  registerForwardHook(hook: (module: unknown, input: unknown, output: unknown) => void): () => void;
}

/** Checks the outputs of a module's layers; null if the model has no hooks. */
export function locateByHooks(model: Model): Locate | null {
  if (!isHooked(model)) return null;
  return async (repeat) => {
    const found: string[] = [];
    const layers = model.namedModules().filter(([, layer]) => layer.children().length === 0);
    const removals = layers.map(([path, layer]) =>
      layer.registerForwardHook((_module, _input, output) => {
        // A layer may have several outputs.
        const value = tensorsIn(output)
          .map(notFinite)
          .find((found) => found !== null);
        const name = path === '' ? layer.constructor.name : `${path} (${layer.constructor.name})`;
        if (value !== undefined) found.push(`the output of ${name} is ${value}`);
      }),
    );
    try {
      await repeat();
    } finally {
      for (const remove of removals) remove();
    }
    return found[0] ?? null;
  };
}

function isHooked(model: object): model is Hooked {
  return hasMethods(model, 'namedModules', 'registerForwardHook');
}
