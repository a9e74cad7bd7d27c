/** A value as it would be typed, for error messages: `"3"` and `3` must not read alike. */
export function show(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'function') return `function ${value.name || '(anonymous)'}`;
  if (Array.isArray(value)) {
    const more = value.length > 8 ? [`… ${value.length - 8} more`] : [];
    return `[${[...value.slice(0, 8).map((item) => (Array.isArray(item) ? '[…]' : show(item))), ...more].join(', ')}]`;
  }
  if (typeof value !== 'object' || value === null) return Object.is(value, -0) ? '-0' : String(value);
  const { constructor: made }: { constructor?: unknown } = value;
  return `[object ${typeof made === 'function' ? made.name : 'Object'}]`;
}
