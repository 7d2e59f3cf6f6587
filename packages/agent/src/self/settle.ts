/** From its start until an agent on trial must have been answered, milliseconds. */
export const SETTLE = 300_000;
