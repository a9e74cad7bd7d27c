import type { Variable } from '@tensorflow/tfjs-core';
import { errorReason } from '@trainkit/checks';
import type { Layout } from './layout.js';

/**
 * The error of a kernel in a replay, and whether variables may have changed; errors of other kinds
 * as they are.
 *
 * @param updated the variables that the run updated in their own memory
 */
export function nativeFailure(
  error: unknown,
  { calls, updates }: Pick<Layout, 'calls' | 'updates'>,
  updated: readonly Variable[],
): unknown {
  if (!(error instanceof Error && 'call' in error && typeof error.call === 'number')) return error;
  const { call } = error;
  const kernel = calls[call]?.kernel;
  if (kernel === undefined) return error;
  // The call that was refused has written nothing.
  const changed = updated.some((variable) => (updates.get(variable) ?? calls.length) < call);
  const state = changed ? 'and variables may have been updated already' : 'which has changed nothing';
  const reason = errorReason(error).replace(`${kernel}: `, '');
  return new Error(`capture: ${kernel} failed in a replay, ${state}: ${reason}.`, { cause: error });
}
