/** What stories about the real console need. Nothing else may be imported from this package. */
export { type Credential, VirtualAuthenticator } from './virtual-authenticator.ts';
