export { openApi } from './http/operator/openapi.ts';
export { type RunningServer, startServer } from './server.ts';
