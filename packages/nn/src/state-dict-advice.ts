/** The number of names that an advice shows. */
const SHOWN = 3;

/**
 * The names of wrappers that PyTorch puts around a model: data parallelism, `torch.compile`, FSDP,
 * checkpointed activations.
 */
const WRAPPERS = ['module', '_orig_mod', '_fsdp_wrapped_module', '_checkpoint_wrapped_module'];

/** TensorFlow's names of a norm's parameters, which older files of BERT and similar models use. */
const ALIASES: Readonly<Record<string, string>> = { gamma: 'weight', beta: 'bias' };

/** Names in quotes, of many only the first. */
export function listed(names: readonly string[]): string {
  const more = names.length > SHOWN ? ` and ${names.length - SHOWN} more` : '';
  return (
    names
      .slice(0, SHOWN)
      .map((name) => `'${name}'`)
      .join(', ') + more
  );
}

/**
 * The advice for names that do not match: a prefix on one side, wrappers of PyTorch around the
 * model, another spelling. One or more sentences; none if nothing was recognized. `paths` are all
 * paths of the model. If `isRenamed`, the state's names are those after the caller's own rename,
 * which the advice keeps.
 */
export function namesAdvice(
  missing: readonly string[],
  unexpected: readonly string[],
  paths: ReadonlySet<string>,
  isRenamed: boolean,
): string[] {
  if (missing.length === 0 || unexpected.length === 0) return [];
  const found =
    wrapperAdvice(unexpected, paths, isRenamed) ??
    prefixAdvice(missing, unexpected, paths, isRenamed) ??
    spellingAdvice(missing, unexpected, isRenamed);
  return found === null ? [] : [found];
}

/**
 * The advice if only the shape of a part does not fit, such as a head for other classes.
 * `mismatches` are lines of the report; if `isRenamed`, their names are those after the caller's
 * own rename. `paths` are all paths of the model.
 */
export function headAdvice(
  mismatches: readonly string[],
  paths: ReadonlySet<string>,
  isRenamed: boolean,
): string[] {
  const names = mismatches.map((line) => /^misshapen: (\S+) is /.exec(line)?.[1]?.split('.'));
  const owners = ownersOf(
    names.filter((name) => name !== undefined),
    paths,
  );
  if (names.includes(undefined) || owners.length === 0) return [];
  const starts = owners.map((owner) => `'${owner}.'`).join(' or ');
  const condition = owners.map((owner) => `name.startsWith('${owner}.')`).join(' || ');
  const rename = isRenamed
    ? `{ strict: false }, and return null from your rename for the names that begin with ${starts} once renamed.`
    : `{ strict: false, rename: (name) => (${condition} ? null : name) }.`;
  return [
    `To leave ${owners.join(' and ')} as ${owners.length === 1 ? 'it is' : 'they are'}, pass ${rename}`,
  ];
}

/**
 * The parts to leave out for `mismatches`, as paths in segments: the part that contains all of
 * them, if most of it does not fit; else the few parts that contain some. None if nothing would
 * remain to load.
 */
function ownersOf(mismatches: readonly string[][], paths: ReadonlySet<string>): string[] {
  const [first = []] = mismatches;
  const differs = first.findIndex((part, i) => mismatches.some((other) => other[i] !== part));
  // The last segment is the variable's name.
  const common = first.slice(0, differs === -1 ? -1 : Math.min(differs, first.length - 1)).join('.');
  const below = [...paths].filter((path) => path.startsWith(`${common}.`)).length;
  const single = [...new Set(mismatches.map((name) => name.slice(0, -1).join('.')))];
  const isCommon = common !== '' && below < paths.size && 2 * mismatches.length >= below;
  const owners = isCommon || single.length === 1 ? [common] : single;
  const isLeft = [...paths].some((path) => owners.every((owner) => !path.startsWith(`${owner}.`)));
  return isLeft && owners.length <= SHOWN && !owners.includes('') ? owners : [];
}

/**
 * The end of a sentence about names: the rename to pass, or the change to the names that the
 * caller's rename returns.
 */
function renameAdvice(expression: string, isRenamed: boolean): string {
  return isRenamed
    ? `let your rename return ${expression}, where name is what it returns now.`
    : `pass { rename: (name) => ${expression} }.`;
}

function wrapperAdvice(
  unexpected: readonly string[],
  wanted: ReadonlySet<string>,
  isRenamed: boolean,
): string | null {
  const found = WRAPPERS.filter((wrapper) => unexpected.some((name) => name.split('.').includes(wrapper)));
  if (found.length === 0) return null;
  const without = (name: string) =>
    name
      .split('.')
      .filter((part) => !found.includes(part))
      .join('.');
  if (!unexpected.some((name) => wanted.has(without(name)))) return null;
  const rename = `name.replace(${wrapperPattern(unexpected, found)}, '')`;
  const parts = found.map((part) => `'${part}.'`).join(' and ');
  return `The state's names have ${parts}, which PyTorch puts around a model: ${renameAdvice(rename, isRenamed)}`;
}

/** The simplest pattern that removes all `wrappers` from `names`, as source text. */
function wrapperPattern(names: readonly string[], wrappers: readonly string[]): string {
  const [wrapper = ''] = wrappers;
  const all = String.raw`/\b(${wrappers.join('|')})\./g`;
  if (wrappers.length > 1) return all;
  const rest = names.map((name) => name.replace(new RegExp(String.raw`^(${wrapper}\.)+`), ''));
  const isPrefix = names.every((name, i) => rest[i] !== name && !rest[i]!.split('.').includes(wrapper));
  if (!isPrefix) return all;
  const isOnce = names.every((name, i) => name === `${wrapper}.${rest[i]}`);
  return isOnce ? String.raw`/^${wrapper}\./` : String.raw`/^(${wrapper}\.)+/`;
}

function prefixAdvice(
  missing: readonly string[],
  unexpected: readonly string[],
  paths: ReadonlySet<string>,
  isRenamed: boolean,
): string | null {
  const ofState = commonPrefix(unexpected, paths);
  if (ofState !== null) {
    const rename = renameAdvice(`name.replace(${regExp(ofState)}, '')`, isRenamed);
    return `The state's names begin with '${ofState}', the model's do not: ${rename}`;
  }
  const ofModel = commonPrefix(missing, new Set(unexpected));
  if (ofModel === null) return null;
  const rename = renameAdvice(`'${ofModel}' + name`, isRenamed);
  return `The model's names begin with '${ofModel}', the state's do not: ${rename}`;
}

/**
 * The prefix without which at least half of the `longer` names are among `shorter`; null if there
 * is none.
 */
function commonPrefix(longer: readonly string[], shorter: ReadonlySet<string>): string | null {
  const [first = ''] = shorter;
  const candidates = new Set(
    longer.flatMap((name) => [
      ...(name.endsWith(`.${first}`) ? [name.slice(0, -first.length)] : []),
      name.slice(0, name.indexOf('.') + 1),
    ]),
  );
  for (const prefix of candidates) {
    if (prefix === '') continue;
    const made = longer.filter((name) => name.startsWith(prefix) && shorter.has(name.slice(prefix.length)));
    if (made.length > 0 && made.length >= Math.min(longer.length, shorter.size) / 2) return prefix;
  }
  return null;
}

function spellingAdvice(
  missing: readonly string[],
  unexpected: readonly string[],
  isRenamed: boolean,
): string | null {
  const bySpelling = new Map(missing.map((path) => [plain(path), path]));
  const pairs = unexpected.flatMap((name) => {
    const path = bySpelling.get(plain(name));
    return path === undefined ? [] : [`'${name}' is '${path}'`];
  });
  if (pairs.length === 0) return null;
  const more = pairs.length > SHOWN ? ` and ${pairs.length - SHOWN} more` : '';
  return (
    `The state spells names differently: ${pairs.slice(0, SHOWN).join(', ')}${more}. ` +
    'Name the properties as the state does (LayerNorm and W_q stay as they are), or ' +
    (isRenamed ? 'let your rename return the names of the model.' : 'pass { rename: (name) => … }.')
  );
}

/** A name without differences of spelling: capitals, underscores, TensorFlow's words. */
function plain(name: string): string {
  return name
    .split('.')
    .map((part) => ALIASES[part] ?? part.replaceAll('_', '').toLowerCase())
    .join('.');
}

function regExp(prefix: string): string {
  return `/^${prefix.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)}/`;
}
