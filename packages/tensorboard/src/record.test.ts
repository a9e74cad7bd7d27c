import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countRecords, RECORD_OVERHEAD, wholeRecords, writeRecord } from './record.js';

function record(data: Uint8Array): Buffer {
  const bytes = Buffer.alloc(RECORD_OVERHEAD + data.length);
  expect(writeRecord(bytes, 0, data)).toBe(bytes.length);
  return bytes;
}

const someData = fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 8 });

describe('a record', () => {
  it("has TensorFlow's bytes", () => {
    // tensorboard.summary.writer.record_writer.RecordWriter(file).write(b'123456789')
    expect(record(Buffer.from('123456789')).toString('hex')).toBe(
      '090000000000000037f97139313233343536373839e5b08ac7',
    );
  });

  it('is counted, and only when it is whole', () => {
    fc.assert(
      fc.property(someData, fc.nat(), (data, seed) => {
        const records = data.map(record);
        const bytes = Buffer.concat(records);
        expect(countRecords(bytes)).toBe(data.length);
        const end = seed % (bytes.length + 1);
        let whole = 0;
        for (const { length } of records) {
          if (whole + length > end) break;
          whole += length;
        }
        expect(wholeRecords(bytes, end)).toBe(whole);
      }),
    );
  });
});
