#!/usr/bin/env node
/**
 * `pnpm experiments …`. A command and not a script of package.json: under a script that ends with another exit code than 0
 * pnpm prints “Command failed”, which below a student's check reads as if the check itself had failed.
 */
import '../../../apps/experiments/launch.js';
