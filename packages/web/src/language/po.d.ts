/** A catalogue, as the build makes it a module. */
declare module '*.po' {
  import type { Messages } from '@lingui/core';

  export const messages: Messages;
}
