import { count, formatRuns, formatSteps, percent, points } from '../terminal/format.js';
import { escapeHtml } from './escape.js';
import type { Machine, ResultsFile, RunRecord } from './records.js';

/** One section of the report, for its contents. */
export interface ContentsEntry {
  number: string;
  title: string;
  /** The result in one or two sentences of HTML. */
  summary: string;
  /** Headings of parts, by the ids of their elements. */
  parts?: Readonly<Record<string, string>>;
}

/** Returns the start of a report: key figures, date, machine, versions, and the contents. */
export function overviewHtml(file: ResultsFile, entries: readonly ContentsEntry[]): string {
  const records = Object.values(file.sections);
  // Two sections may share a run.
  const runs = [...new Map(records.flatMap((each) => each.runs).map((run) => [run.folder, run])).values()];
  const checks = records.flatMap(({ findings }) => checksOf(findings));
  return [
    `<dl class="facts">${keyFigures(runs, checks).map(tile).join('')}</dl>`,
    origin(file, runs),
    `<nav aria-label="Contents"><ul>\n${entries.map(entryHtml).join('\n')}\n</ul></nav>`,
  ].join('\n');
}

/** A key figure with the words above and below it. */
interface KeyFigure {
  name: string;
  value: string;
  note: string;
}

function keyFigures(runs: readonly RunRecord[], checks: readonly string[]): KeyFigure[] {
  const passed = checks.filter((status) => status === 'passed').length;
  const best = runs.reduce<RunRecord | null>(
    (most, run) => (most === null || run.figures.testAccuracy > most.figures.testAccuracy ? run : most),
    null,
  );
  const steps = runs.reduce((sum, run) => sum + run.steps, 0);
  return [
    ...(best
      ? [
          { name: 'Best test accuracy', value: percent(best.figures.testAccuracy, 2), note: best.title },
          { name: 'Trained', value: formatRuns(runs.length), note: `${formatSteps(steps)} in all` },
        ]
      : []),
    ...pytorchFigures(runs),
    ...(checks.length > 0
      ? [{ name: 'Checks against PyTorch', value: `${passed} of ${checks.length}`, note: 'passed' }]
      : []),
  ];
}

/** Returns the distance of the runs from PyTorch's runs with the same seed. */
function pytorchFigures(runs: readonly RunRecord[]): KeyFigure[] {
  const compared = runs.flatMap(({ pytorch }) =>
    pytorch?.difference && pytorch.sameSeed
      ? [{ ...pytorch.difference, start: pytorch.sameSeed.firstTrainLoss, version: pytorch.version }]
      : [],
  );
  const [first] = compared;
  if (!first) return [];
  // Relative for losses above 1: a saturated network starts at about 18.
  const starts = compared.map((each) => Math.abs(each.firstTrainLoss) / Math.max(1, each.start));
  const ends = compared.map((each) => Math.abs(each.testAccuracy));
  const furthest = Math.max(...starts);
  return [
    {
      name: `First loss, distance to PyTorch ${first.version}`,
      value: furthest === 0 ? 'equal' : furthest.toExponential(0).replace('e-', 'e−'),
      note: `at most, ${formatRuns(compared.length)} with the same seed`,
    },
    {
      name: 'Test accuracy, distance to PyTorch',
      value: `${points(ends.reduce((sum, end) => sum + end, 0) / ends.length, 2)} points`,
      note: `on average, ${points(Math.max(...ends), 2)} at most`,
    },
  ];
}

/** Returns the statuses of the checks among the findings of a section. */
function checksOf({ checks }: Readonly<Record<string, unknown>>): string[] {
  if (!Array.isArray(checks)) return [];
  return checks.map((check: unknown) =>
    typeof check === 'object' && check !== null ? String(Reflect.get(check, 'status')) : '',
  );
}

function tile({ name, value, note }: KeyFigure): string {
  return `<div><dt>${escapeHtml(name)}</dt><dd>${escapeHtml(value)}</dd><dd>${escapeHtml(note)}</dd></div>`;
}

/** Returns the date, the machines and the versions of a report. */
function origin({ written, machine, seed, onSample }: ResultsFile, runs: readonly RunRecord[]): string {
  const trained = runs.flatMap((run) => (run.machine ? [run.machine] : []));
  const machines = trained.length > 0 ? trained : [machine];
  const each = (describe: (machine: Machine) => string) => [...new Set(machines.map(describe))].join('; ');
  const facts = {
    Date: `${written.slice(0, 10)}, ${written.slice(11, 16)} UTC`,
    Data: onSample ? 'the embedded sample of Fashion-MNIST' : 'Fashion-MNIST',
    Seed: seeds(runs) || String(seed),
    Machine: each(
      ({ cpu, cores, memoryGiB, system }) => `${cpu}, ${count(cores)} cores, ${memoryGiB} GiB, ${system}`,
    ),
    Backend: each(
      ({ backend, threads }) => `${backend}, ${threads === 1 ? '1 thread' : `${threads} threads`}`,
    ),
    Versions: each(
      ({ trainkit, tensorflowJs, node }) =>
        `Trainkit ${trainkit}, TensorFlow.js ${tensorflowJs}, Node ${node}`,
    ),
    Commit: each(({ gitCommit }) => gitCommit?.replace(/^(\w{12})\w*/, '$1') ?? 'unknown'),
  };
  const rows = Object.entries(facts).map(([name, text]) => `<dt>${name}</dt><dd>${escapeHtml(text)}</dd>`);
  return `<dl class="origin">${rows.join('')}</dl>`;
}

function seeds(runs: readonly RunRecord[]): string {
  return [...new Set(runs.map(({ seed }) => String(seed)))].join(', ');
}

function entryHtml({ number, title, summary, parts = {} }: ContentsEntry): string {
  const links = [
    `<a href="#section-${number}">${number}. ${escapeHtml(title)}</a>`,
    ...Object.entries(parts).map(([id, part]) => `<a href="#${id}">${escapeHtml(part)}</a>`),
  ];
  return `<li>${links.join(' · ')}<span class="soft">${summary}</span></li>`;
}
