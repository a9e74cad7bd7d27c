/**
 * Replaces a matrix of `rows` ≥ `columns`, stored column by column, by the Q of its QR
 * decomposition: orthonormal columns that span the same spaces. Its signs are chosen so that R has
 * no negative number on its diagonal.
 *
 * With these signs Q is unique. For a matrix of normals it is uniformly distributed (Haar) over all
 * orthonormal matrices, which does not hold for the signs of Householder's method alone.
 *
 * Householder reflections in double precision: 4 · rows · columns² − 4/3 · columns³ operations. All
 * loops run down a column, so they read consecutive memory.
 *
 * Source: F. Mezzadri, "How to generate random matrices from the classical compact groups", Notices
 * of the AMS 54(5), 2007.
 */
export function orthonormalize(matrix: Float64Array, rows: number, columns: number): void {
  const factors = new Float64Array(columns);
  const isNegative = new Uint8Array(columns);
  for (let k = 0; k < columns; k++) {
    const from = k * rows + k;
    const end = (k + 1) * rows;
    const [factor, diagonal] = makeReflector(matrix, from, end);
    factors[k] = factor;
    isNegative[k] = diagonal < 0 ? 1 : 0;
    reflectColumns(matrix, from, end, factor, rows, columns - k - 1);
  }
  // Q is the product of the reflections, applied from the last to the first to columns of the
  // identity.
  for (let k = columns - 1; k >= 0; k--) {
    const from = k * rows + k;
    const end = (k + 1) * rows;
    const factor = factors[k]!;
    for (let j = k + 1; j < columns; j++) matrix[j * rows + k] = 0;
    reflectColumns(matrix, from, end, factor, rows, columns - k - 1);
    matrix[from] = 1 - factor;
    for (let i = from + 1; i < end; i++) matrix[i] = -factor * matrix[i]!;
  }
  for (let k = 0; k < columns; k++) {
    if (isNegative[k] === 0) continue;
    for (let i = k * rows; i < (k + 1) * rows; i++) matrix[i] = -matrix[i]!;
  }
}

/**
 * Replaces x = matrix[from..end) by the vector v, with first element 1, of the reflection I −
 * factor · v · vᵀ that maps x to (diagonal, 0, …, 0). The 1 is stored, since
 * {@link reflectColumns} reads it.
 */
function makeReflector(matrix: Float64Array, from: number, end: number): [factor: number, diagonal: number] {
  const first = matrix[from]!;
  const length = Math.sqrt(dot(matrix, from, end, from));
  matrix[from] = 1;
  if (length === 0) return [0, 0];
  // The sign that avoids cancellation.
  const diagonal = first > 0 ? -length : length;
  const pivot = first - diagonal;
  for (let i = from + 1; i < end; i++) matrix[i] = matrix[i]! / pivot;
  return [(diagonal - first) / diagonal, diagonal];
}

/**
 * Applies the reflection of v = matrix[from..end) to the same rows of the next `count` columns,
 * four at a time, so that v is read once for four columns and four sums are independent of each
 * other.
 */
function reflectColumns(
  matrix: Float64Array,
  from: number,
  end: number,
  factor: number,
  rows: number,
  count: number,
): void {
  let column = 1;
  for (; column + 3 <= count; column += 4) {
    const [a, b, c, d] = [column * rows, (column + 1) * rows, (column + 2) * rows, (column + 3) * rows];
    let [dotA, dotB, dotC, dotD] = [0, 0, 0, 0];
    for (let i = from; i < end; i++) {
      const v = matrix[i]!;
      dotA += v * matrix[i + a]!;
      dotB += v * matrix[i + b]!;
      dotC += v * matrix[i + c]!;
      dotD += v * matrix[i + d]!;
    }
    dotA *= factor;
    dotB *= factor;
    dotC *= factor;
    dotD *= factor;
    for (let i = from; i < end; i++) {
      const v = matrix[i]!;
      matrix[i + a] = matrix[i + a]! - dotA * v;
      matrix[i + b] = matrix[i + b]! - dotB * v;
      matrix[i + c] = matrix[i + c]! - dotC * v;
      matrix[i + d] = matrix[i + d]! - dotD * v;
    }
  }
  for (; column <= count; column++) reflect(matrix, from, end, factor, from + column * rows);
}

/** Applies the reflection of v = matrix[from..end) to the section of equal length at `to`. */
function reflect(matrix: Float64Array, from: number, end: number, factor: number, to: number): void {
  const scale = factor * dot(matrix, from, end, to);
  for (let i = from, j = to; i < end; i++, j++) matrix[j] = matrix[j]! - scale * matrix[i]!;
}

/** The inner product of matrix[from..end) and the section of equal length at `other`. */
function dot(matrix: Float64Array, from: number, end: number, other: number): number {
  let sum = 0;
  for (let i = from, j = other; i < end; i++, j++) sum += matrix[i]! * matrix[j]!;
  return sum;
}
