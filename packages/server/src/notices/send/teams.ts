/** Microsoft Teams, by a workflow's webhook: an Adaptive Card 1.4. A `TextRun` reads no Markdown. */
import type { Message } from '../message.ts';
import type { Post } from './post.ts';

const SCHEMA = 'http://adaptivecards.io/schemas/adaptive-card.json';

export function teamsPost(url: string, { subject, lines, link }: Message): Post {
  const content = {
    type: 'AdaptiveCard',
    $schema: SCHEMA,
    version: '1.4',
    body: [block(subject, { weight: 'Bolder', size: 'Medium' }), ...lines.map((line) => block(line, {}))],
    actions: link === null ? [] : [{ type: 'Action.OpenUrl', title: 'Open the console', url: link }],
  };
  const attachment = { contentType: 'application/vnd.microsoft.card.adaptive', contentUrl: null, content };
  return { url, body: JSON.stringify({ type: 'message', attachments: [attachment] }) };
}

function block(text: string, style: object) {
  return { type: 'RichTextBlock', inlines: [{ type: 'TextRun', text: text.slice(0, 4_000), ...style }] };
}
