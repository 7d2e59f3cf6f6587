/** What can be asked, without the machinery that answers: no schemas, no judge. */
export * from './friday-evening.ts';
export * from './openings-in.ts';
export * from './presets.ts';
export * from './text.ts';
export * from './what-if.ts';
export * from './words.ts';
export * from './worst-first.ts';
