import { expect, it } from 'vitest';
import { movedFolder } from './moved-folder.js';

it('says what happened and how to go on', () => {
  expect(movedFolder('/runs/a').message).toBe(
    "/runs/a is no longer what it was: the run's folder was moved or removed while the run was made, and what would be written now " +
      'would lie in two places. Go on with `resume` and the folder where it is now, or begin the run again.',
  );
});
