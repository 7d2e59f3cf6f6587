/** Version of this agent. The one-file executable is built with its own. */
export const AGENT_VERSION: string = process.env['TUESDAY_AGENT_VERSION'] ?? '0.1.0';
