import { z } from 'zod';

/** The largest number that float32, and so a weight, can hold. */
const MAX_FLOAT32 = (2 - 2 ** -23) * 2 ** 127;

/** A learning rate. Beyond float32 it would update with infinities, and a schedule could compute one from it. */
export const rateSchema = z.number().max(MAX_FLOAT32, { error: 'a rate is at most 3.4e38' });
