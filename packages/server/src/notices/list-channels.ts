/** Where notifications go, and how the last ones fared. */
import type { ChannelView } from '@tuesday/protocol';
import type { Context } from '../context.ts';
import { viewChannels } from './channels.ts';

export async function listChannels({ db }: Pick<Context, 'db'>): Promise<{ channels: ChannelView[] }> {
  return { channels: await viewChannels(db) };
}
