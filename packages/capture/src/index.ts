export { type CapturedStep, type CaptureOptions, type CaptureStatus, capture } from './capture.js';
