/** What stories about the real console need. Nothing else may be imported from this package. */
export { launchChromium } from './chromium.ts';
export { type Credential, VirtualAuthenticator } from './virtual-authenticator.ts';
