import { errorCode, errorMessage } from '@trainkit/checks';
import { UserError } from './user-error.js';

/** Texts of errors for which there is not enough memory: of V8, of WebAssembly and of TensorFlow's library. */
const OUT_OF_MEMORY =
  /Array buffer allocation failed|Invalid typed array length|memory access out of bounds|Cannot enlarge memory|Aborted\(|bad_alloc|OOM when allocating|Resource ?exhausted/i;

/**
 * The error as a person at the keyboard needs it: a file that cannot be reached and memory that is full are no faults of
 * the program, and no stack is needed for them. Any other is left as it is.
 */
export function explainedFailure(error: unknown): unknown {
  if (error instanceof UserError || !(error instanceof Error)) return error;
  const { message } = error;
  if (errorCode(error) === 'ERR_OUT_OF_MEMORY' || OUT_OF_MEMORY.test(message)) {
    return new UserError(
      `There is not enough memory: ${errorMessage(error).replace(/\.$/, '')}. Make batchSize or hiddenSizes smaller, or choose another --backend; a run that was begun goes on from its last checkpoint.`,
      { cause: error },
    );
  }
  // Node's errors of system calls say what was tried and with which path.
  if ('syscall' in error && errorCode(error) !== undefined)
    return new UserError(`${errorMessage(error)}. Look at the rights of the folder, or choose another.`, {
      cause: error,
    });
  return error;
}
