/** Lets the page ask at once for the code of its first screen, which is imported only when its language is known. */
import type { HtmlTagDescriptor, Plugin, Rolldown } from 'vite';

/** @param entry end of the path of the module that is imported later */
export function askAhead(entry: string): Plugin {
  return {
    name: 'ask-ahead',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler: (_, { bundle = {} }) => {
        const first = Object.values(bundle).find(
          (one) => one.type === 'chunk' && one.facadeModuleId?.endsWith(entry),
        );
        if (!first) throw new Error(`no chunk begins with ${entry}`);
        return [...withImports(first.fileName, bundle)].map(linkTo);
      },
    },
  };
}

/** A chunk and whatever it imports without being asked to. */
function withImports(name: string, bundle: Rolldown.OutputBundle, found = new Set<string>()): Set<string> {
  const chunk = bundle[name];
  if (chunk?.type !== 'chunk' || chunk.isEntry || found.has(name)) return found;
  found.add(name);
  for (const other of chunk.imports) withImports(other, bundle, found);
  return found;
}

function linkTo(file: string): HtmlTagDescriptor {
  return {
    tag: 'link',
    attrs: { rel: 'modulepreload', crossorigin: true, href: `/${file}` },
    injectTo: 'head',
  };
}
