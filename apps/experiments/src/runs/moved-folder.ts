import { UserError } from '../terminal/user-error.js';

/** What is said where the folder of a run, or a file in it, is gone or another one while the run is made. */
export function movedFolder(path: string): UserError {
  return new UserError(
    `${path} is no longer what it was: the run's folder was moved or removed while the run was made, and what would be written ` +
      'now would lie in two places. Go on with `resume` and the folder where it is now, or begin the run again.',
  );
}
