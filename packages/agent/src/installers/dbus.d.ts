/** What the library has and its own types do not say. */
import type { MessageBus } from '@homebridge/dbus-native';

declare module '@homebridge/dbus-native' {
  export function createClient(options: { busAddress: string; ReturnLongjs?: boolean }): MessageBus;
}
