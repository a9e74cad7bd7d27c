import { expect, it } from 'vitest';
import { compare, measure } from './compare.js';
import type { Contender } from './contender.js';
import type { Program } from './rows.js';

const ROW = { name: 'a row', ours: { file: 'ours' }, theirs: { file: 'theirs' }, steps: 2 };

/**
 * Fake processes: each logs the calls it receives and answers with the times that `milliseconds`
 * returns.
 */
function pretend(milliseconds: (file: string, process: number, block: number) => number) {
  const log: string[] = [];
  const started = new Map<string, number>();
  const start = async ({ file }: Program): Promise<Contender> => {
    const process = (started.get(file) ?? 0) + 1;
    started.set(file, process);
    log.push(`start ${file}`);
    let block = 0;
    return {
      name: `${file}!`,
      async time(count) {
        log.push(file);
        block++;
        const time = milliseconds(file, process, block);
        return { times: Array.from({ length: count }, () => time), resident: 1e6 * block };
      },
      async stop() {
        log.push(`stop ${file}`);
      },
    };
  };
  return { log, started, start };
}

const silent = { onRound: () => {} };

it('lets both sides take turns, each first in every other round, with new processes every three rounds', async () => {
  const { log, started, start } = pretend(() => 1);
  const rounds: string[] = [];
  const onRound = (pair: number, round: number) => rounds.push(`${pair}:${round}`);
  await compare(ROW, { rounds: 4, start, onRound });
  expect(rounds).toEqual(['0:-2', '0:-1', '0:0', '0:1', '0:2', '1:-2', '1:-1', '1:0']);
  expect(Object.fromEntries(started)).toEqual({ ours: 2, theirs: 2 });
  const first = ['ours', 'theirs'];
  const second = ['theirs', 'ours'];
  const [begin, end] = [
    ['start ours', 'start theirs'],
    ['stop theirs', 'stop ours'],
  ];
  expect(log).toEqual([
    ...[...begin, ...first, ...second, ...first, ...second, ...first, ...end],
    ...[...begin, ...second, ...first, ...second, ...end],
  ]);
});

it('excludes the warm-up rounds, and compares pair by pair', async () => {
  // The first two blocks are slow; our second process is twice as slow as our first and our third.
  const { start } = pretend((file, process, block) => {
    if (block <= 2) return 1000;
    return file === 'theirs' ? 10 : process === 2 ? 8 : 4;
  });
  const outcome = await compare({ ...ROW, goal: 0.5 }, { rounds: 9, start, ...silent });
  expect(outcome).toEqual({
    name: 'a row',
    goal: 0.5,
    ratio: { median: 0.4, low: 0.4, high: 0.8, samples: 3 },
    ours: {
      name: 'ours!',
      times: { median: 4, low: 4, high: 8, samples: 18 },
      memory: { before: 3e6, after: 5e6 },
    },
    theirs: {
      name: 'theirs!',
      times: { median: 10, low: 10, high: 10, samples: 18 },
      memory: { before: 3e6, after: 5e6 },
    },
  });
});

it('runs a row that takes minutes once in each pair of processes, and counts the first round', async () => {
  const { log, started, start } = pretend((file, process) => (file === 'ours' ? process : 10));
  const outcome = await compare({ ...ROW, steps: 1, pairs: 3 }, { rounds: 15, start, ...silent });
  expect(Object.fromEntries(started)).toEqual({ ours: 3, theirs: 3 });
  expect(log.filter((entry) => entry === 'ours')).toHaveLength(3);
  expect(outcome.ratio).toEqual({ median: 0.2, low: 0.1, high: 0.3, samples: 3 });
  expect(outcome.goal).toBeNull();
  expect((await compare({ ...ROW, pairs: 3 }, { rounds: 1, start, ...silent })).ratio.samples).toBe(1);
});

it('stops our side if the other side does not start or fails', async () => {
  const { log, start } = pretend((file) => {
    if (file === 'theirs') throw new Error('theirs ended early');
    return 1;
  });
  await expect(compare(ROW, { rounds: 3, start, ...silent })).rejects.toThrow('theirs ended early');
  expect(log.slice(-2)).toEqual(['stop theirs', 'stop ours']);
  log.length = 0;
  const startOurs = (program: Program) => {
    if (program.file === 'theirs') throw new Error('no Python');
    return start(program);
  };
  await expect(compare(ROW, { rounds: 3, start: startOurs, ...silent })).rejects.toThrow('no Python');
  expect(log).toEqual(['start ours', 'stop ours']);
});

it('measures a side alone, without its first time', async () => {
  const { log, start } = pretend((_, __, block) => (block === 1 ? 1000 : block));
  const outcome = await measure(
    { name: 'start', ours: { file: 'ours' }, limit: 5, rounds: 3 },
    { start, ...silent },
  );
  expect(outcome).toEqual({
    name: 'start',
    limit: 5,
    ours: { name: 'ours!', times: { median: 3, low: 2.2, high: 3.8, samples: 3 } },
  });
  expect(log.at(-1)).toBe('stop ours');
});
