import { guides } from '../scripts/guides.js';
import { publishedPackages } from '../scripts/workspace.js';

/** The sidebar of each part of the site, made from the files. */
export function sidebar() {
  const packages = publishedPackages();
  const pages = [...guides(), { path: '/features', title: 'Features' }];
  const guide = [{ text: 'Guide', items: pages.map(({ path, title }) => ({ text: title, link: path })) }];
  return {
    '/guide/': guide,
    '/features': guide,
    '/packages/': [
      {
        text: 'Packages',
        link: '/packages/',
        items: packages.map(({ folder }) => ({ text: folder, link: `/packages/${folder}` })),
      },
    ],
    '/reference/': [
      {
        text: 'Reference',
        link: '/reference/',
        items: packages
          .flatMap(({ entries }) => entries)
          .map(({ name }) => ({ text: name.replace('@trainkit/', ''), link: `/reference/${name}` })),
      },
    ],
  };
}
