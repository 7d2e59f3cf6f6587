import { describe, expect, test } from 'vitest';
import { messageOf } from './message.ts';
import { slackPost } from './send/slack.ts';
import { teamsPost } from './send/teams.ts';

const publicUrl = 'https://tuesday.example';
const evil =
  'x\r\nBcc: all@example.com\u2028<!channel> <https://evil.example|log in> *b* [y](https://evil.example) <b>&\u202e';
const message = messageOf(
  'm-1',
  0,
  { kind: 'halted', title: evil, lines: [evil], path: '/rollouts/r-1', about: 'rollout r-1' },
  { publicUrl },
);

/** Every string in a payload, with the object that holds it. */
function* strings(
  value: unknown,
  holder: object = {},
): Generator<{ text: string; holder: Record<string, unknown> }> {
  if (typeof value === 'string') yield { text: value, holder: holder as Record<string, unknown> };
  else if (typeof value === 'object' && value !== null)
    for (const each of Object.values(value)) yield* strings(each, Array.isArray(value) ? holder : value);
}

describe('what people wrote is inert', () => {
  test('in the lines of any message: one line, and no control character', () => {
    for (const line of [message.subject, message.title, ...message.lines])
      expect(line).not.toMatch(/[\p{Cc}\u2028\u2029\u202a-\u202e]/u);
    expect(message.subject).toMatch(/^\[Tuesday\] HALTED: x Bcc: all@example\.com/);
  });

  test('in Slack: it stands in plain text only, and is escaped in the line of the notification', () => {
    const body = JSON.parse(slackPost('https://x', message).body) as { text: string; blocks: unknown };
    expect(body.text).not.toMatch(/[<>]/);
    const found = [...strings(body.blocks)].filter(({ text }) => text.includes('evil.example'));
    expect(found.length).toBeGreaterThan(1);
    expect(found.map(({ holder }) => holder['type'])).toEqual(found.map(() => 'plain_text'));
    expect(JSON.stringify(body)).not.toContain('mrkdwn');
  });

  test('in Teams: it stands in text runs only, which read no Markdown', () => {
    const body: unknown = JSON.parse(teamsPost('https://x', message).body);
    const found = [...strings(body)].filter(({ text }) => text.includes('evil.example'));
    expect(found.length).toBeGreaterThan(1);
    expect(found.map(({ holder }) => holder['type'])).toEqual(found.map(() => 'TextRun'));
  });

  test('the only link is that of the console', () => {
    const links = [slackPost('https://x', message), teamsPost('https://x', message)].flatMap(({ body }) =>
      [...strings(JSON.parse(body))].filter(({ holder, text }) => holder['url'] === text),
    );
    expect(new Set(links.map(({ text }) => text))).toEqual(new Set(['https://tuesday.example/rollouts/r-1']));
  });
});
