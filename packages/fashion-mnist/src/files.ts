/** Size in bytes and MD5 of a published file. */
export interface Fingerprint {
  readonly size: number;
  readonly md5: string;
}

/** One of the four files of Fashion-MNIST, as published by Zalando. */
export interface DataFile {
  /** The name without `.gz`. */
  readonly name: string;
  /** The number of images or labels in the full file. */
  readonly count: number;
  /** The packed file, as it is downloaded. */
  readonly packed: Fingerprint;
  /** The IDX file inside it. */
  readonly unpacked: Fingerprint;
}

/** The four files, by their contents. */
export interface FileTable {
  readonly trainImages: DataFile;
  readonly trainLabels: DataFile;
  readonly testImages: DataFile;
  readonly testLabels: DataFile;
}

/** The four published files; MNIST's have the same names, so a name proves nothing. */
export const FILES: FileTable = {
  trainImages: {
    name: 'train-images-idx3-ubyte',
    count: 60_000,
    packed: { size: 26_421_880, md5: '8d4fb7e6c68d591d4c3dfef9ec88bf0d' },
    unpacked: { size: 47_040_016, md5: 'f4a8712d7a061bf5bd6d2ca38dc4d50a' },
  },
  trainLabels: {
    name: 'train-labels-idx1-ubyte',
    count: 60_000,
    packed: { size: 29_515, md5: '25c81989df183df01b3e8a0aad5dffbe' },
    unpacked: { size: 60_008, md5: '9018921c3c673c538a1fc5bad174d6f9' },
  },
  testImages: {
    name: 't10k-images-idx3-ubyte',
    count: 10_000,
    packed: { size: 4_422_102, md5: 'bef4ecab320f06d8554ea6380940ec79' },
    unpacked: { size: 7_840_016, md5: '8181f5470baa50b63fa0f6fddb340f0a' },
  },
  testLabels: {
    name: 't10k-labels-idx1-ubyte',
    count: 10_000,
    packed: { size: 5_148, md5: 'bb300cfdad3c16e7a12a480ee83cd310' },
    unpacked: { size: 10_008, md5: '15d484375f8d13e6eb1aabb0c3f46965' },
  },
};
