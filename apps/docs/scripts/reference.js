import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Application, Converter } from 'typedoc';

/** @typedef {import('typedoc').TypeDocOptions & import('typedoc-plugin-markdown').PluginOptions} Options */

/** A priority between TypeDoc's steps: after inheritance is known, before members are grouped. */
const INHERITANCE_IS_KNOWN = 0;

/**
 * Writes the API reference of all entries as Markdown, one page an entry, from the built
 * declarations.
 *
 * @param {readonly { name: string, types: string
 *   }[]} entries the import names, `@trainkit/kernels/wasm`, and their declaration files
 * @param {string} out the folder
 * @throws Error where TypeDoc warns: an unresolved link, a name that is not exported
 */
export async function writeReference(entries, out) {
  const application = await Application.bootstrapWithPlugins(
    /** @type {Options} */ ({
      entryPoints: entries.map(({ types }) => types),
      tsconfig: new URL('../tsconfig.reference.json', import.meta.url).pathname,
      plugin: ['typedoc-plugin-markdown'],
      outputs: [{ name: 'markdown', path: out }],
      readme: 'none',
      // The declarations have been checked when they were built.
      skipErrorChecking: true,
      disableSources: true,
      disableGit: true,
      excludePrivate: true,
      excludeExternals: true,
      router: 'module',
      entryFileName: 'index',
      hideBreadcrumbs: true,
      hidePageHeader: true,
      useCodeBlocks: true,
      useHTMLAnchors: true,
      parametersFormat: 'table',
      interfacePropertiesFormat: 'table',
      logLevel: 'Warn',
    }),
  );
  application.converter.on(
    Converter.EVENT_RESOLVE_END,
    ({ project }) => removeInherited(project),
    INHERITANCE_IS_KNOWN,
  );
  const project = await application.convert();
  if (project === undefined) throw new Error('TypeDoc could not read the declarations.');
  for (const module of project.children ?? []) {
    const entry = entries.find(({ types }) =>
      types.replace(/(\/index)?\.d\.ts$/, '').endsWith(`/${module.name}`),
    );
    if (entry === undefined) throw new Error(`TypeDoc made a page for ${module.name}, which is no entry.`);
    module.name = entry.name;
  }
  application.validate(project);
  rmSync(out, { recursive: true, force: true });
  await application.generateOutputs(project);
  for (const { name } of entries) finishPage(join(out, `${name}.md`), name);
  writeFileSync(join(out, 'index.md'), listOf(entries));
  const { errorCount, warningCount } = application.logger;
  if (errorCount + warningCount > 0) {
    throw new Error(`TypeDoc printed ${errorCount} errors and ${warningCount} warnings; expected none.`);
  }
}

/**
 * Leaves members to the page of the class that declares them: every layer has the 30 methods of
 * `Module`.
 *
 * @param {import('typedoc').ProjectReflection} project
 */
function removeInherited(project) {
  for (const reflection of Object.values(project.reflections)) {
    if (reflection.isDeclaration() && reflection.inheritedFrom !== undefined)
      project.removeReflection(reflection);
  }
}

/**
 * Finishes a page that TypeDoc wrote: it leads to the package's page, the heading of each export
 * and member has the anchor that the links to it have (VitePress numbers equal headings otherwise),
 * and the others of an export, such as "Parameters", are bold text.
 *
 * @param {string} file
 * @param {string} name of the entry
 */
function finishPage(file, name) {
  const folder = name.split('/')[1];
  const text = readFileSync(file, 'utf8')
    .replace(
      /^# .*\n/,
      `$&\nThe exports of the entry. Examples and options: [the package's page](/packages/${folder}).\n`,
    )
    .replace(/^<a id="([^"]+)"><\/a>\n\n(#+ .*)$/gm, '$2 {#$1}')
    .replace(/^#{4,6} ([^{\n]*)$/gm, '**$1**');
  writeFileSync(file, text);
}

/** @param {readonly { name: string }[]} entries */
function listOf(entries) {
  const items = entries.map(({ name }) => `- [\`${name}\`](/reference/${name})\n`);
  return `# Reference\n\nEvery export of every entry, made from the declarations. The guides and the packages' pages say how to use them.\n\n${items.join('')}`;
}
