import { errorMessage, errorReason } from '@trainkit/checks';
import type { Call } from '../recording.js';
import type { Plan } from './plan.js';

/**
 * TensorFlow's error by the name of the op, which it knows by the name of the graph's node only,
 * and whether variables may have changed; errors of other kinds as they are.
 */
export function failure(
  error: unknown,
  calls: readonly Pick<Call, 'op'>[],
  { updatesLast, beforeUpdates }: Pick<Plan, 'updatesLast' | 'beforeUpdates'>,
): unknown {
  const text = errorMessage(error);
  // A sum is several nodes.
  const [, node = '', index] = /\{\{node (op(\d+)(?:x\d+)?)/.exec(text) ?? [];
  const op = calls[Number(index)]?.op;
  if (op === undefined) return error;
  const said = text.replace(/^.*Session fail to run with error: /s, '').replace(/\s*\[\[\{\{.*$/s, '');
  // Where updates are not the last, TensorFlow.js keeps the values that were before.
  const state =
    !updatesLast || beforeUpdates.has(node)
      ? 'which has changed nothing'
      : 'and variables may have been updated already';
  return new Error(`capture: ${op} failed in a replay, ${state}: ${errorReason(said)}.`, { cause: error });
}
