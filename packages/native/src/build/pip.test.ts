import { expect, it } from 'vitest';
import { onlyPrograms } from '../../fixtures/machine.js';
import { findPip } from './pip.js';

it('takes python where there is no python3, and the one that is named', async () => {
  await onlyPrograms({ python: "console.log('pip 23.2.1 from /x/pip (python 3.11)')" });
  expect(await findPip(undefined)).toEqual({ python: 'python', version: 'pip 23.2.1 (python 3.11)' });
  await expect(findPip('python3.9')).rejects.toThrow('there is no program `python3.9`');
});

it('says what to install where there is no pip', async () => {
  await onlyPrograms({ python3: 'process.exit(1)' });
  await expect(findPip(undefined)).rejects.toThrow(
    'pip is missing (`python3` has no pip, there is no program `python`): install Python with pip (Debian, Ubuntu: apt-get install python3-pip',
  );
});
