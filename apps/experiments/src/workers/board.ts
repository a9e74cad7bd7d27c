import { printable } from '@trainkit/checks';
import { StatusLine } from '@trainkit/trainer/node';
import { type Task, taskName } from '../runs/tasks.js';
import { duration } from '../terminal/duration.js';
import type { Terminal } from '../terminal/terminal.js';

/** An unfinished task, and its total number of steps. */
export interface PendingTask {
  task: Task;
  maxSteps: number;
}

/** The progress of several runs at the same time, in one line. */
export class Board {
  readonly #steps: Map<Task, { now: number; first: number | null; all: number }>;
  readonly #finished = new Set<Task>();
  readonly #line: StatusLine;
  readonly #terminal: Terminal;
  readonly #now: () => number;
  readonly #start: number;

  constructor(
    tasks: readonly PendingTask[],
    terminal: Terminal,
    { now = () => performance.now() }: { now?: () => number } = {},
  ) {
    this.#steps = new Map(tasks.map(({ task, maxSteps }) => [task, { now: 0, first: null, all: maxSteps }]));
    this.#terminal = terminal;
    this.#line = new StatusLine(terminal, now);
    this.#now = now;
    this.#start = now();
  }

  /** Number of finished runs. */
  get done(): number {
    return this.#finished.size;
  }

  /** Records a step of a run. */
  onStep(task: Task, step: number): void {
    const steps = this.#steps.get(task);
    if (!steps) return;
    // Steps of an earlier process do not count for the speed.
    steps.first ??= step;
    steps.now = step;
    this.#line.update(() => this.#text());
  }

  finish(task: Task): void {
    const steps = this.#steps.get(task);
    if (steps) steps.now = steps.all;
    this.#finished.add(task);
  }

  /** Writes a message of a run after its seed, since several seeds of one run write the same. */
  say({ seed }: Task, text: string): void {
    this.#line.clear();
    this.#terminal.write(`seed ${seed}  ${printable(text)}`);
  }

  clear(): void {
    this.#line.clear();
  }

  #text(): string {
    const all = [...this.#steps.values()];
    const sum = (pick: (steps: (typeof all)[number]) => number) =>
      all.reduce((total, each) => total + pick(each), 0);
    const left = sum((each) => each.all - each.now);
    const trained = sum((each) => (each.first === null ? 0 : each.now - each.first));
    const perSecond = trained / ((this.#now() - this.#start) / 1000);
    const running = [...this.#steps].flatMap(([task, { now, all: steps, first }]) =>
      first !== null && !this.#finished.has(task) ? [`${taskName(task)}: ${now}/${steps}`] : [],
    );
    const time = trained > 0 ? `  ${duration(left / perSecond)} left` : '';
    return `${this.done} of ${all.length} runs done${time}  ${running.join('  ')}`;
  }
}
