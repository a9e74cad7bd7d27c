/** A value of JSON. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** The settings of one run, by name: what a program trains with. */
export type Config = Readonly<Record<string, Json>>;

/** One of several values. */
export interface Choice {
  /** Tells a choice from the other parameters. */
  readonly type: 'choice';
  /** The values, at least one, no two alike. Sobol and grid go by their order. */
  readonly values: readonly Json[];
}

/** A number between two bounds, each as likely. */
export interface Uniform {
  /** Tells it from the other parameters. */
  readonly type: 'uniform';
  /** The smallest number. */
  readonly low: number;
  /** The largest number. */
  readonly high: number;
}

/**
 * A number between two bounds whose logarithm is uniform: for rates that range over powers of ten.
 */
export interface LogUniform {
  /** Tells it from the other parameters. */
  readonly type: 'logUniform';
  /** The smallest number, above 0. */
  readonly low: number;
  /** The largest number. */
  readonly high: number;
}

/** A whole number between two bounds, both included. */
export interface Int {
  /** Tells it from the other parameters. */
  readonly type: 'int';
  /** The smallest number. */
  readonly low: number;
  /** The largest number; with a step, the largest that the steps reach counts. */
  readonly high: number;
  /** The distance of two neighboring values. Default 1. */
  readonly step?: number | undefined;
  /** True for a uniform logarithm; low is then at least 1, and step 1. Default false. */
  readonly log?: boolean | undefined;
}

/** A parameter without a condition. */
export type Distribution = Choice | Uniform | LogUniform | Int;

/** A parameter that a config has only where a choice before it has one of some values. */
export interface Conditional {
  /** Tells it from the other parameters. */
  readonly type: 'conditional';
  /**
   * The names of choices that stand before it in the space, each with the values under which the
   * parameter exists.
   */
  readonly when: Readonly<Record<string, readonly Json[]>>;
  /** The parameter. */
  readonly parameter: Distribution;
}

/** A parameter of a space. */
export type Parameter = Distribution | Conditional;

/** The parameters of a search by name, in the order of their draws. */
export type Space = Readonly<Record<string, Parameter>>;

/** The distribution of a parameter, its condition aside. */
export function distributionOf(parameter: Parameter): Distribution {
  return parameter.type === 'conditional' ? parameter.parameter : parameter;
}
