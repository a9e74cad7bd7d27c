import { defineConfig } from 'vitepress';
import { strictLogger } from './logger.js';
import { sidebar } from './sidebar.js';

/** A falling loss. */
const ICON =
  'data:image/svg+xml,%3Csvg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"%3E%3Cpath d="M2 2c1 8 4 11 12 12" fill="none" stroke="%235672cd" stroke-width="3" stroke-linecap="round"/%3E%3C/svg%3E';

export default defineConfig({
  lang: 'en',
  title: 'Trainkit',
  description: 'The parts for training neural networks that TensorFlow.js lacks, proved against PyTorch',
  head: [['link', { rel: 'icon', href: ICON }]],
  srcExclude: ['README.md'],
  themeConfig: {
    search: { provider: 'local', options: { _render: searchable } },
    nav: [
      { text: 'Guide', link: '/guide/quick-start', activeMatch: '^/(guide/(?!proof)|features)' },
      { text: 'Packages', link: '/packages/', activeMatch: '^/packages/' },
      { text: 'Reference', link: '/reference/', activeMatch: '^/reference/' },
      { text: 'How it is proved', link: '/guide/proof' },
    ],
    sidebar: sidebar(),
    outline: [2, 3],
    socialLinks: [{ icon: 'github', link: 'https://github.com/trainkit/trainkit' }],
  },
  vite: {
    customLogger: strictLogger(),
    // The index of the local search is one chunk, which is loaded when somebody searches.
    build: { chunkSizeWarningLimit: 8000 },
  },
});

/**
 * The HTML of a page for the search's index. In the reference an export is one section, of which
 * its members are text.
 *
 * @param {string} source
 * @param {{ relativePath: string }} env
 * @param {{ render: (source: string, env: object) => string }} markdown
 */
function searchable(source, env, markdown) {
  const isReference = env.relativePath.startsWith('reference/');
  const text = isReference ? source.replace(/^#{4,6} (.*) \{#.*\}$/gm, '$1') : source;
  return markdown.render(text, env);
}
