/** See `src/options.js`. */
export declare function callsWithOptions(file: string): string[];
