/** Slack, by an incoming webhook. Every text that people wrote is `plain_text`: Slack reads no markup in it. */
import type { Message } from '../message.ts';
import type { Post } from './post.ts';

const plain = (text: string, most: number) => ({
  type: 'plain_text',
  text: text.slice(0, most),
  emoji: false,
});

export function slackPost(url: string, { subject, lines, link }: Message): Post {
  const blocks: object[] = [{ type: 'header', text: plain(subject, 150) }];
  // A block of its own for each sentence, so that none grows beyond what Slack takes.
  for (const line of lines.slice(0, 20)) blocks.push({ type: 'section', text: plain(line, 3_000) });
  if (link !== null)
    blocks.push({
      type: 'actions',
      elements: [{ type: 'button', text: plain('Open the console', 75), url: link }],
    });
  return { url, body: JSON.stringify({ text: escaped(subject), blocks }) };
}

/** The line of the notification is read as markup: without these three it addresses nobody and links nowhere. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
