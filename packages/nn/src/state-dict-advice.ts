/** Names that are shown in a piece of advice. */
const SHOWN = 3;

/** What parts PyTorch puts around a model: data parallelism, `torch.compile`. */
const WRAPPERS = ['module', '_orig_mod'];

/** Older files of BERT and its kin call the parameters of a norm as TensorFlow does. */
const ALIASES: Readonly<Record<string, string>> = { gamma: 'weight', beta: 'bias' };

/**
 * What to write where names do not match: a prefix on one side, the parts that PyTorch wraps around a model, another
 * spelling of the same names. Sentences; none where nothing was recognized. `paths` are all of the model's.
 */
export function namesAdvice(
  missing: readonly string[],
  unexpected: readonly string[],
  paths: ReadonlySet<string>,
): string[] {
  if (missing.length === 0 || unexpected.length === 0) return [];
  const wrapped = wrapperAdvice(unexpected, paths);
  if (wrapped !== null) return [wrapped];
  const prefix = prefixAdvice(missing, unexpected, paths);
  if (prefix !== null) return [prefix];
  const spelling = spellingAdvice(missing, unexpected);
  return spelling === null ? [] : [spelling];
}

/**
 * What to write where all that does not fit is the shape of one module, such as a head for other classes. `misfits` are
 * lines of the report, `paths` all of the model's.
 */
export function headAdvice(misfits: readonly string[], paths: ReadonlySet<string>): string[] {
  const owners = new Set(misfits.map((line) => /^misshapen: (\S+\.)\S+ is /.exec(line)?.[1]));
  const [owner] = owners;
  if (owners.size !== 1 || owner === undefined || [...paths].every((path) => path.startsWith(owner)))
    return [];
  return [
    `To leave ${owner.slice(0, -1)} as it is, pass ` +
      `{ strict: false, rename: (name) => (name.startsWith('${owner}') ? null : name) }.`,
  ];
}

function wrapperAdvice(unexpected: readonly string[], wanted: ReadonlySet<string>): string | null {
  const found = WRAPPERS.filter((wrapper) => unexpected.some((name) => name.split('.').includes(wrapper)));
  if (found.length === 0) return null;
  const without = (name: string) =>
    name
      .split('.')
      .filter((part) => !found.includes(part))
      .join('.');
  if (!unexpected.some((name) => wanted.has(without(name)))) return null;
  const isPrefix = found.length === 1 && unexpected.every((name) => name.startsWith(`${found[0]}.`));
  const pattern = isPrefix ? String.raw`/^${found[0]}\./` : String.raw`/\b(${found.join('|')})\./g`;
  const rename = `name.replace(${pattern}, '')`;
  const parts = found.map((part) => `'${part}.'`).join(' and ');
  return `The state's names have ${parts}, which PyTorch puts around a model: pass { rename: (name) => ${rename} }.`;
}

function prefixAdvice(
  missing: readonly string[],
  unexpected: readonly string[],
  paths: ReadonlySet<string>,
): string | null {
  const ofState = commonPrefix(unexpected, paths);
  if (ofState !== null) {
    return (
      `The state's names begin with '${ofState}', the model's do not: pass ` +
      `{ rename: (name) => name.replace(${regExp(ofState)}, '') }.`
    );
  }
  const ofModel = commonPrefix(missing, new Set(unexpected));
  if (ofModel === null) return null;
  return (
    `The model's names begin with '${ofModel}', the state's do not: pass ` +
    `{ rename: (name) => '${ofModel}' + name }.`
  );
}

/** The prefix without which at least half of the `longer` names are among `shorter`; null where there is none. */
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

function spellingAdvice(missing: readonly string[], unexpected: readonly string[]): string | null {
  const bySpelling = new Map(missing.map((path) => [plain(path), path]));
  const pairs = unexpected.flatMap((name) => {
    const path = bySpelling.get(plain(name));
    return path === undefined ? [] : [`'${name}' is '${path}'`];
  });
  if (pairs.length === 0) return null;
  const more = pairs.length > SHOWN ? ` and ${pairs.length - SHOWN} more` : '';
  return (
    `The state spells names otherwise: ${pairs.slice(0, SHOWN).join(', ')}${more}. ` +
    'Name the properties as the state does (LayerNorm and W_q stay as they are), or pass { rename: (name) => … }.'
  );
}

/** A name without what spelling alone changes: capitals, underscores, TensorFlow's words. */
function plain(name: string): string {
  return name
    .split('.')
    .map((part) => ALIASES[part] ?? part.replaceAll('_', '').toLowerCase())
    .join('.');
}

function regExp(prefix: string): string {
  return `/^${prefix.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)}/`;
}
