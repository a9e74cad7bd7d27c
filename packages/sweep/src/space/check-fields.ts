import { nearestName, show } from '@trainkit/checks';

/**
 * Returns the fields of an object after a check that it has the required ones and no others.
 *
 * @param names all fields; those that end in `?` may be missing
 */
export function checkFields(
  where: string,
  path: string,
  value: object,
  names: readonly string[],
): { readonly [name: string]: unknown } {
  const known = names.map((name) => name.replace('?', ''));
  const inside = path === '' ? '' : ` in ${path}`;
  for (const name of Object.keys(value)) {
    if (known.includes(name)) continue;
    const nearest = nearestName(name, known);
    throw new TypeError(
      `${where}: received the unknown field ${show(name)}${inside}; expected ${known.join(', ')}. ` +
        (nearest === undefined ? `Leave ${name} out.` : `Write ${nearest}.`),
    );
  }
  const missing = names.filter((name) => !name.endsWith('?') && !Object.hasOwn(value, name));
  if (missing.length > 0) {
    const paths = missing.map((name) => (path === '' ? name : `${path}.${name}`));
    throw new TypeError(`${where}: ${paths.join(', ')} is missing; expected ${known.join(', ')}.`);
  }
  return { ...value };
}
