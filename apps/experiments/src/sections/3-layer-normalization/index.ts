import type { Section } from '../section.js';
import { WITH_BATCH_NORM, WITH_LAYER_NORM, WITHOUT_NORMALIZATION } from '../shared/normalization-runs.js';
import { findLayerNorm, type LayerNormFindings, layerNormSchema } from './findings.js';
import { reportLayerNorm } from './report.js';

/**
 * Section 3: the sanity check of LayerNorm, and one network trained with it, with BatchNorm and
 * without.
 */
export const SECTION_3: Section<LayerNormFindings> = {
  number: '3',
  title: 'Layer normalization',
  runs: [WITHOUT_NORMALIZATION, WITH_BATCH_NORM, WITH_LAYER_NORM],
  schema: layerNormSchema,
  findings: findLayerNorm,
  report: reportLayerNorm,
};
