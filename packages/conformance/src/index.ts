export { checkBatchNorm } from './batch-norm/check.js';
export { checkDropout } from './dropout/check.js';
export { type FormatReportOptions, formatReport } from './format-report.js';
export { checkLayerNorm } from './layer-norm/check.js';
export { type MistakeInfo, type MistakeName, mistakes } from './mistakes.js';
export { type CheckOptimizerOptions, checkOptimizer } from './optimizer/check.js';
export type { OptimizerKind } from './optimizer/scenario.js';
export type {
  CheckError,
  CheckResult,
  CheckStatus,
  Diagnosis,
  PartName,
  PartReport,
  Report,
  Warning,
} from './report.js';
export { runTests, type Subjects } from './run-tests.js';
export { checkXavier } from './xavier/check.js';
