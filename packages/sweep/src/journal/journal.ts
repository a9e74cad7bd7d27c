import {
  checkInteger,
  checkOptions,
  errorReason,
  isPlain,
  type OptionNames,
  parseJson,
} from '@trainkit/checks';
import { isSweepEvent } from './check-event.js';
import type { SweepEvent } from './event.js';
import type { JournalSnapshot } from './journal-state.js';
import type { JournalStore } from './journal-store.js';
import type { SweepView } from './sweep-view.js';

/** Options of {@link Journal}. */
export interface JournalOptions {
  /**
   * Texts after which one of the writers compacts the journal; later where the sweep has more runs.
   * Default 4096.
   */
  compactEvery?: number | undefined;
}

const JOURNAL: OptionNames<JournalOptions> = { compactEvery: true };

/** The version of the form of journals. */
const FORMAT = 1;

/**
 * A journal in a store, and what it says.
 *
 * Text n holds the events that one writer appended at once, a line of JSON each. An append creates
 * the next text; if another writer was faster, the journal is read on and the events are decided
 * again. So all writers see the same events in the same order, whatever their clocks say and
 * however long they slept.
 */
export class Journal {
  readonly #store: JournalStore;
  readonly #make: () => SweepView;
  readonly #compactEvery: number;
  #view: SweepView;
  #number = 0;

  /** @param make makes the view of an empty journal */
  constructor(store: JournalStore, make: () => SweepView, options: JournalOptions = {}) {
    const { compactEvery = 4096 } = checkOptions('Journal', options, JOURNAL);
    checkInteger('Journal', 'compactEvery', compactEvery, { min: 2 });
    this.#store = store;
    this.#make = make;
    this.#compactEvery = compactEvery;
    this.#view = make();
  }

  /** The view of the journal when it was last read. */
  get view(): SweepView {
    return this.#view;
  }

  /** Texts that were read. */
  get number(): number {
    return this.#number;
  }

  /**
   * Reads on to the end.
   *
   * @throws Error where a line that is not the last of its text is no event
   */
  sync(): void {
    for (;;) {
      const texts: string[] = [];
      for (let next = this.#number + 1; ; next++) {
        const text = this.#store.read(next);
        if (text === null) break;
        texts.push(text);
      }
      // What is compacted is removed only after its snapshot is there: a text read before a newer
      // snapshot counts only where it cannot be one that a sleeper created in the gap.
      const snapshot = this.#store.newestSnapshot();
      if (snapshot <= this.#number) {
        texts.forEach((text, i) => {
          for (const event of eventsOf(text, this.#number + i + 1)) this.#view.apply(event);
        });
        this.#number += texts.length;
        return;
      }
      this.#load(snapshot);
    }
  }

  /**
   * Appends what `decide` returns for the end of the journal; null appends nothing. Called again
   * where another writer was faster. Returns the events that were appended.
   */
  append<Events extends readonly SweepEvent[] | null>(decide: (view: SweepView) => Events): Events {
    for (;;) {
      this.sync();
      const events = decide(this.#view);
      if (events === null || events.length === 0) return events;
      const number = this.#number + 1;
      const text = events.map((event) => `${JSON.stringify(event)}\n`).join('');
      if (!this.#store.create(number, text)) continue;
      const snapshot = this.#store.newestSnapshot();
      if (snapshot >= number) {
        // This writer slept while the journal was compacted past what it had read.
        this.#store.withdraw(number);
        continue;
      }
      for (const event of events) this.#view.apply(event);
      this.#number = number;
      // A snapshot costs as much as there are runs: it is due once as many texts came, so that a
      // text costs the same forever.
      const isDue = number - snapshot >= this.#view.state.runs.size;
      if (number % this.#compactEvery === 0 && isDue) this.#compact();
      return events;
    }
  }

  #compact(): void {
    const content = { format: FORMAT, number: this.#number, state: this.#view.stateDict() };
    this.#store.compact(this.#number, `${JSON.stringify(content)}\n`);
  }

  #load(number: number): void {
    const text = this.#store.readSnapshot(number);
    // Another writer compacts, and a newer one is there.
    if (text === null) return;
    const view = this.#make();
    view.loadStateDict(stateOf(text, number));
    this.#view = view;
    this.#number = number;
  }
}

/** The events of a text; a last line without its end is one that a power cut tore, and is cut. */
export function eventsOf(text: string, number: number): SweepEvent[] {
  const lines = text.split('\n');
  lines.pop();
  return lines.map((line, i) => {
    const event = tryParse(line);
    if (isSweepEvent(event)) return event;
    throw new Error(
      `The journal's text ${number} has no event in line ${i + 1}: ${line.slice(0, 80)}. ` +
        'Restore the file, or remove the line if it was written by hand.',
    );
  });
}

function tryParse(line: string): unknown {
  try {
    return parseJson(line);
  } catch {
    return undefined;
  }
}

function stateOf(text: string, number: number): JournalSnapshot {
  let content: unknown;
  try {
    content = parseJson(text);
  } catch (cause) {
    throw new Error(`The journal's snapshot ${number} is no JSON: ${errorReason(cause)}. Restore the file.`, {
      cause,
    });
  }
  if (isSnapshot(content)) return content.state;
  throw new Error(
    `The journal's snapshot ${number} has another form than this version's, ${FORMAT}. Use the version that wrote it.`,
  );
}

function isSnapshot(content: unknown): content is { state: JournalSnapshot } {
  if (!isPlain(content)) return false;
  const { format, state }: { format?: unknown; state?: unknown } = content;
  return format === FORMAT && isPlain(state);
}
