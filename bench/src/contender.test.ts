import { expect, it } from 'vitest';
import { converse, start } from './contender.js';

/** Starts a contender from lines of JavaScript. */
function run(program: string) {
  return converse({ label: 'tiny.js', command: process.execPath, args: ['-e', program], threads: 3 });
}

const HELLO = `console.log('{ "name": "tiny" }');`;
/** A program that answers each line with the result of `answer`. */
const answering = (answer: string) =>
  `${HELLO} require('node:readline').createInterface(process.stdin).on('line', (line) => { ${answer} });`;

it('runs the requested number of steps, and ends with its input', async () => {
  const contender = await run(
    answering(
      'const times = Array.from({ length: Number(line) }, (_, i) => i + 0.5);' +
        'console.log(JSON.stringify({ times, resident: 5e6 }));',
    ),
  );
  expect(contender.name).toBe('tiny');
  expect(await contender.time(2)).toEqual({ times: [0.5, 1.5], resident: 5e6 });
  expect(await contender.time(1)).toEqual({ times: [0.5], resident: 5e6 });
  await contender.stop();
  await expect(contender.time(1)).rejects.toThrow('tiny.js ended early, with exit code 0');
});

it('sets the same number of threads for every library', async () => {
  const names = ['OMP_NUM_THREADS', 'MKL_NUM_THREADS', 'TF_NUM_INTRAOP_THREADS'];
  const contender = await run(
    `console.log(JSON.stringify({ name: ${JSON.stringify(names)}.map((one) => process.env[one]).join() }))`,
  );
  expect(contender.name).toBe('3,3,3');
  await contender.stop();
});

it('names a command that does not exist, and continues', async () => {
  const command = '/nowhere/python';
  await expect(converse({ label: 'pytorch_step.py', command, args: [], threads: 2 })).rejects.toThrow(
    'pytorch_step.py could not be started: spawn /nowhere/python ENOENT',
  );
  await expect(start({ file: 'pytorch_step.py' }, { python: command, threads: 2 })).rejects.toThrow(
    'pytorch_step.py (--python /nowhere/python) could not be started',
  );
});

it('requires a Python for a program in Python', async () => {
  const options = { python: null, threads: 2 };
  await expect(start({ file: 'pytorch_step.py' }, options)).rejects.toThrow('pytorch_step.py needs --python');
});

it('gives the reason why a program ended, before it was ready and during a step', async () => {
  await expect(run(`throw new TypeError('no such thing');`)).rejects.toThrow(
    'tiny.js ended early, with exit code 1: TypeError: no such thing',
  );
  await expect(run('process.exit(7);')).rejects.toThrow('tiny.js ended early, with exit code 7');
  const contender = await run(answering(`console.error('out of ink'); process.exit(3);`));
  await expect(contender.time(1)).rejects.toThrow('tiny.js ended early, with exit code 3: out of ink');
  await contender.stop();
});

it('names the signal that killed a program, and stops waiting for it', async () => {
  const contender = await run(answering(`process.kill(process.pid, 'SIGKILL');`));
  await expect(contender.time(1)).rejects.toThrow('tiny.js was killed by SIGKILL');
  await contender.stop();
  // The program is killed while no call is pending; the next call still reports it.
  const idle = await run(`${HELLO} setTimeout(() => process.kill(process.pid, 'SIGTERM'), 20);`);
  await new Promise((resolve) => setTimeout(resolve, 200));
  await idle.stop();
  await expect(idle.time(1)).rejects.toThrow('tiny.js was killed by SIGTERM');
});

it('rejects output that does not follow the protocol, shows it, and kills the program', async () => {
  const stays = 'setInterval(() => {}, 1000);';
  for (const line of ['Hi!', '3', 'null', '{ "title": "tiny" }']) {
    await expect(run(`console.log(${JSON.stringify(line)}); ${stays}`)).rejects.toThrow(
      `tiny.js: expected a line of JSON with its name; received ${JSON.stringify(line)}`,
    );
  }
  for (const line of ['[1, 2]', '{ "times": [1], "resident": 1 }', '{ "times": [1, 2] }', 'x'.repeat(100)]) {
    const contender = await run(`${answering(`console.log(${JSON.stringify(line)});`)} ${stays}`);
    await expect(contender.time(2)).rejects.toThrow(
      'tiny.js: expected a line of JSON with the times of 2 steps; received',
    );
    await contender.stop();
  }
});
