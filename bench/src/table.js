/**
 * @param {import('./compare.js').Outcome} outcome
 */
export function line({ name, goal, ratio, ours, theirs }) {
  const reached = ratio.median <= goal ? 'reached' : 'missed';
  return (
    `${name}: ${milliseconds(ours)} against ${milliseconds(theirs)} (${theirs.name}), ratio ${ratioText(ratio)}; ` +
    `goal at most ${short(goal)}: ${reached}`
  );
}

/** @param {Awaited<ReturnType<typeof import('./compare.js').measure>>} outcome */
export function lineAlone({ name, limit, ours }) {
  const reached = ours.median <= limit ? 'reached' : 'missed';
  return `${name}: ${milliseconds(ours)}; goal at most ${short(limit)} ms: ${reached}`;
}

/** @param {Awaited<ReturnType<typeof import('./memory.js').measureMemory>>} outcome */
export function lineOfMemory({ tensors, megabytesBefore, megabytesAfter }) {
  return `memory: ${tensors} tensors more after 10,000 steps with LayerNorm and dropout; resident ${megabytesBefore} MB before, ${megabytesAfter} MB after`;
}

/** @param {readonly import('./compare.js').Outcome[]} outcomes */
export function markdown(outcomes) {
  const rows = outcomes.map(
    ({ name, goal, ratio, ours, theirs }) =>
      `| ${name} | ${milliseconds(ours)} | ${theirs.name}: ${milliseconds(theirs)} | ${ratioText(ratio)} | ${short(goal)} |`,
  );
  return ['| | ms a step | against | ratio | goal |', '| --- | --- | --- | --- | --- |', ...rows].join('\n');
}

/** @param {import('./compare.js').Side} side */
function milliseconds({ median, low, high }) {
  return `${short(median)} ms (${short(low)} to ${short(high)})`;
}

/** @param {import('./compare.js').Outcome['ratio']} ratio */
function ratioText({ median, low, high }) {
  return `${short(median)} (${short(low)} to ${short(high)})`;
}

/** @param {number} value */
function short(value) {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(value >= 10 ? 3 : 2);
}
