#!/usr/bin/env node
/**
 * The command `pnpm experiments …`. It is not a script of package.json: if a script ends with an
 * exit code other than 0, pnpm prints “Command failed”, and below a student's check that reads as
 * if the check itself had crashed.
 */
import '../../../apps/experiments/launch.js';
