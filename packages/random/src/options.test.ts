import { describeOptions } from '@trainkit/testing/options';

describeOptions({});
