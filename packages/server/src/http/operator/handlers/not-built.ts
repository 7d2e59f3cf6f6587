/** Stands where a part is being built. */
export function notBuilt(what: string): Promise<never> {
  return Promise.reject(new Error(`${what} is not built yet`));
}
