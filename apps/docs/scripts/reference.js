import { Application } from 'typedoc';

/**
 * Writes the API reference of all entries as Markdown, one page an entry, from the built declarations.
 *
 * @param {readonly { name: string, types: string }[]} entries the import names, `@trainkit/kernels/wasm`, and their
 *   declaration files
 * @param {string} out the folder
 * @throws Error where TypeDoc warns: an unresolved link, a name that is not exported
 */
export async function writeReference(entries, out) {
  const application = await Application.bootstrapWithPlugins({
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
    parametersFormat: 'table',
    interfacePropertiesFormat: 'table',
    logLevel: 'Warn',
  });
  const project = await application.convert();
  if (project === undefined) throw new Error('TypeDoc could not read the declarations.');
  for (const module of project.children ?? []) {
    const entry = entries.find(({ types }) => types.replace(/(\/index)?\.d\.ts$/, '').endsWith(`/${module.name}`));
    if (entry === undefined) throw new Error(`TypeDoc made a page for ${module.name}, which is no entry.`);
    module.name = entry.name;
  }
  application.validate(project);
  await application.generateOutputs(project);
  const { errorCount, warningCount } = application.logger;
  if (errorCount + warningCount > 0) {
    throw new Error(`TypeDoc printed ${errorCount} errors and ${warningCount} warnings; expected none.`);
  }
}
