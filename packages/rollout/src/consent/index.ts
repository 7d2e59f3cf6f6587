export * from './covers.ts';
export * from './may-consent.ts';
export * from './request.ts';
export * from './words.ts';
