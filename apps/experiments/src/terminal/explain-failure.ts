import { errorCode, errorMessage, errorReason } from '@trainkit/checks';
import { UserError } from './user-error.js';

/** Texts of errors for a lack of memory: of V8, of WebAssembly and of TensorFlow's library. */
const OUT_OF_MEMORY =
  /Array buffer allocation failed|Invalid typed array length|memory access out of bounds|Cannot enlarge memory|Aborted\(|bad_alloc|OOM when allocating|Resource ?exhausted/i;

/**
 * Converts an error for the user. An unreadable file and a lack of memory are not faults of the
 * program, so they need no stack. Returns any other error unchanged.
 */
export function explainedFailure(error: unknown): unknown {
  if (error instanceof UserError || !(error instanceof Error)) return error;
  const { message } = error;
  if (errorCode(error) === 'ERR_OUT_OF_MEMORY' || OUT_OF_MEMORY.test(message)) {
    return new UserError(
      `There is not enough memory: ${errorMessage(error).replace(/\.$/, '')}. Make batchSize or hiddenSizes smaller, or choose another --backend; an interrupted run resumes from its last checkpoint.`,
      { cause: error },
    );
  }
  // Node's errors of system calls name the call and the path.
  if ('syscall' in error && errorCode(error) !== undefined)
    return new UserError(
      `${errorReason(error)}. Check the permissions of the folder, or choose another one.`,
      {
        cause: error,
      },
    );
  return error;
}
