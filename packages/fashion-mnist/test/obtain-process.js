// A process of its own that obtains the sample: node test/obtain-process.js CACHE_FOLDER MIRROR
import { FolderStore } from '../dist/folder-store.js';
import { obtain } from '../dist/obtain.js';
import { sampleTable } from './sample-files.js';

const [folder, mirror] = process.argv.slice(2);
const { train, source } = await obtain(sampleTable(), new FolderStore(folder), [mirror], {});
console.log(JSON.stringify({ length: train.length, kind: source.kind }));
