/** Files that people write. Apart from the rest, because only who reads files needs a YAML parser. */
export * from './check-yaml.ts';
export * from './codes-file.ts';
export * from './yaml-text.ts';
