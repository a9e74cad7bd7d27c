export { default } from '@trainkit/config/vitest';
