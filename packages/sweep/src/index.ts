export { createSearcher } from './definition/create-searcher.js';
export { defineSweep, parseSweep } from './definition/define-sweep.js';
export { sweepSchema } from './definition/schema.js';
export type {
  HalvingDefinition,
  SearchDefinition,
  Sweep,
  SweepDefinition,
  SweepLimits,
} from './definition/sweep.js';
export type {
  BeatEvent,
  ClaimedEvent,
  DoneEvent,
  FailedEvent,
  PromotedEvent,
  ProposedEvent,
  ReleasedEvent,
  ReportedEvent,
  StoppedEvent,
  SweepEvent,
} from './journal/event.js';
export { Journal, type JournalOptions } from './journal/journal.js';
export { type JournalSnapshot, JournalState, type JournalStateOptions } from './journal/journal-state.js';
export type { JournalStore } from './journal/journal-store.js';
export type { RunState, RunStatus, TrialState, TrialValue } from './journal/run-state.js';
export { type Identify, type Next, SweepView } from './journal/sweep-view.js';
export type { WorkerClockState } from './journal/worker-clock.js';
export { AshaSearcher } from './searchers/asha.js';
export { GridSearcher, type GridSearcherOptions } from './searchers/grid.js';
export type { HalvingOptions } from './searchers/halving-searcher.js';
export { HyperbandSearcher } from './searchers/hyperband.js';
export { RandomSearcher } from './searchers/random.js';
export type { Mode, Searcher, SearcherState, Suggestion, TrialRecord } from './searchers/searcher.js';
export { SobolSearcher, type SobolSearcherOptions } from './searchers/sobol.js';
export { SOBOL_DIMENSIONS, SobolSequence } from './searchers/sobol-sequence.js';
export { TpeSearcher, type TpeSearcherOptions } from './searchers/tpe.js';
export type { TrialSearcherOptions } from './searchers/trial-searcher.js';
export { choice, conditional, type IntOptions, int, logUniform, uniform } from './space/builders.js';
export { checkSpace } from './space/check-space.js';
export type {
  Choice,
  Conditional,
  Config,
  Distribution,
  Int,
  Json,
  LogUniform,
  Parameter,
  Space,
  Uniform,
} from './space/space.js';
export { type BootstrapOptions, bootstrapMean, type MeanInterval } from './statistics/bootstrap.js';
export {
  type ComparePairedOptions,
  comparePaired,
  type FormatComparisonOptions,
  formatComparison,
  type PairedComparison,
} from './statistics/compare-paired.js';
export { type SignFlipOptions, signFlipTest } from './statistics/sign-flip.js';
