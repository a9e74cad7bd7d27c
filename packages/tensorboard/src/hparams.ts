import { create, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import { checkNumber, expected, show } from '@trainkit/checks';
import { checkName, checkScalar, checkWhole } from './checks.js';
import type { Value } from './event-file.js';
import { HParamsPluginDataSchema, DataType as HparamType, Status } from './proto/hparams_pb.js';
import { DataType } from './proto/tensor_pb.js';

/** A hyperparameter: a number, a text or a boolean. */
export type Hparam = number | string | boolean;

const TYPES = {
  number: HparamType.FLOAT64,
  string: HparamType.STRING,
  boolean: HparamType.BOOL,
};

/**
 * The values of the hparams plugin for a run: the columns of its table and this run's row, with a
 * start and an end.
 */
export function hparamsValues(
  hparams: Readonly<Record<string, Hparam>>,
  metrics: Readonly<Record<string, number>>,
  { started, ended }: { started: number; ended: number },
): Value[] {
  const infos = Object.entries(hparams).map(([name, value]) => ({ name, type: typeOf(name, value) }));
  const metricInfos = Object.entries(metrics).map(([tag, value]) => {
    checkName('addHparams', 'the name of a metric', tag);
    checkScalar('addHparams', `metrics[${show(tag)}]`, value);
    return { name: { tag } };
  });
  return [
    pluginValue('_hparams_/experiment', {
      case: 'experiment',
      value: { timeCreatedSecs: started, hparamInfos: infos, metricInfos },
    }),
    pluginValue('_hparams_/session_start_info', {
      case: 'sessionStartInfo',
      value: {
        startTimeSecs: started,
        hparams: Object.fromEntries(
          Object.entries(hparams).map(([name, value]) => [name, structValue(value)]),
        ),
      },
    }),
    pluginValue('_hparams_/session_end_info', {
      case: 'sessionEndInfo',
      value: { status: Status.SUCCESS, endTimeSecs: ended },
    }),
  ];
}

function typeOf(name: string, value: unknown): HparamType {
  checkName('addHparams', 'the name of a hyperparameter', name);
  const argument = `hparams[${show(name)}]`;
  const type = typeof value;
  if (type !== 'number' && type !== 'string' && type !== 'boolean')
    throw new TypeError(
      expected(
        'addHparams',
        argument,
        value,
        'a number, a string or a boolean',
        'Write JSON.stringify(value) for anything else.',
      ),
    );
  if (type === 'number') checkNumber('addHparams', argument, value, { instead: 'Write it as a string.' });
  if (typeof value === 'string') checkWhole('addHparams', argument, value);
  return TYPES[type];
}

function structValue(value: Hparam) {
  switch (typeof value) {
    case 'number':
      return { kind: { case: 'numberValue' as const, value } };
    case 'string':
      return { kind: { case: 'stringValue' as const, value } };
    case 'boolean':
      return { kind: { case: 'boolValue' as const, value } };
  }
}

/**
 * The plugin reads only the metadata. The tensor is empty, but required: a value without one is
 * skipped.
 */
function pluginValue(
  tag: string,
  data: NonNullable<MessageInitShape<typeof HParamsPluginDataSchema>['data']>,
): Value {
  const content = toBinary(HParamsPluginDataSchema, create(HParamsPluginDataSchema, { data }));
  return {
    tag,
    metadata: { pluginData: { pluginName: 'hparams', content } },
    value: {
      case: 'tensor',
      value: { dtype: DataType.DT_FLOAT, tensorShape: { dim: [{ size: 0n }] } },
    },
  };
}
