import { UserError } from './user-error.js';

/** What is said where the folder of a run is gone while the run is made. */
export function movedFolder(path: string): UserError {
  return new UserError(
    `${path} is no longer there: the run's folder was moved or removed while the run was made, and what would be written now ` +
      'would lie in two places. Go on with the run where its folder is now, or begin it again.',
  );
}
