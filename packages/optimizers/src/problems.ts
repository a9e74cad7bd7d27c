import { errorMessage } from '@trainkit/checks';

/**
 * The messages of the checks that throw, so that one error can name everything that is wrong with a
 * state.
 */
export function problemsOf(...checks: readonly (() => void)[]): string[] {
  return checks.flatMap((check) => {
    try {
      check();
      return [];
    } catch (error) {
      return [errorMessage(error)];
    }
  });
}
