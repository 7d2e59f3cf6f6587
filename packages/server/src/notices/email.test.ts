import type { AddressInfo } from 'node:net';
import { isRefused } from '@tuesday/protocol';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Context } from '../context.ts';
import { type TestPlane, testPlane } from '../http/operator/testing/control-plane.ts';
import { addChannel } from './add-channel.ts';
import { Postman } from './deliver.ts';
import { type Notice, putNotice } from './put.ts';
import { testChannel } from './test-channel.ts';

interface Mail {
  readonly from: string;
  readonly to: string[];
  readonly raw: string;
}

/** A mail server on loopback; `refuse` says no to an address, with a reply code. */
async function mailServer(refuse: (address: string) => number | undefined = () => undefined) {
  const got: Mail[] = [];
  const options: SMTPServerOptions = {
    disabledCommands: ['AUTH', 'STARTTLS'],
    logger: false,
    onRcptTo({ address }, _session, done) {
      const code = refuse(address);
      done(code === undefined ? null : Object.assign(new Error('not here'), { responseCode: code }));
    },
    onData(stream, { envelope }, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const from = envelope.mailFrom === false ? '' : envelope.mailFrom.address;
        got.push({
          from,
          to: envelope.rcptTo.map(({ address }) => address),
          raw: Buffer.concat(chunks).toString(),
        });
        done();
      });
    },
  };
  const server = new SMTPServer(options);
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    got,
    url: `smtp://127.0.0.1:${(server.server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => server.close(resolve)),
  };
}

/** Headers, unfolded (RFC 5322, section 2.2.3), and the text after its transfer encoding. */
function parse({ raw }: Mail) {
  const [head = '', ...rest] = raw.split('\r\n\r\n');
  const headers = head.replaceAll(/\r\n[ \t]/g, ' ').split('\r\n');
  const body = rest.join('\r\n\r\n');
  const isQuoted = headers.some((line) => /^content-transfer-encoding: quoted-printable$/i.test(line));
  const text = isQuoted ? unquoted(body.replaceAll('=\r\n', '')) : body;
  const header = (name: string) =>
    headers
      .filter((line) => line.toLowerCase().startsWith(`${name}: `))
      .map((line) => plainHeader(line.slice(name.length + 2)));
  return { header, text };
}

function unquoted(text: string): string {
  const bytes = text.replaceAll(/=([0-9A-F]{2})/g, (_, hex: string) =>
    String.fromCharCode(parseInt(hex, 16)),
  );
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

/** Encoded words of RFC 2047, section 4.2; the space between two of them is not part of the text. */
function plainHeader(value: string): string {
  return value
    .replaceAll('?= =?', '?==?')
    .replaceAll(/=\?UTF-8\?Q\?(.*?)\?=/g, (_, word: string) => unquoted(word.replaceAll('_', ' ')));
}

let plane: TestPlane;
beforeAll(async () => {
  plane = await testPlane();
});
afterAll(() => plane[Symbol.asyncDispose]());
beforeEach(() => plane.database.pool.query('TRUNCATE notice_channels, outbox CASCADE'));

const withMail = (smtpUrl: string): Context => ({
  ...plane.context,
  random: () => 0,
  config: {
    ...plane.context.config,
    smtpUrl,
    mailFrom: 'Tuesday <tuesday@example.com>',
    publicUrl: 'https://tuesday.example',
  },
});
async function mailChannel(context: Context, ...addresses: string[]): Promise<string> {
  const made = await addChannel(context, plane.actor, {
    name: 'm',
    kinds: [],
    to: { by: 'email', addresses },
  });
  if (isRefused(made)) throw new Error(made.refused.because);
  return made.channel.channel;
}
const notice: Notice = {
  kind: 'halted',
  title: 'Thermostat Zürich (3.2.5) has halted',
  lines: ['Stage 1 failed its gate: 5 of 20 went wrong.'],
  path: '/rollouts/r-1',
  about: 'rollout r-1',
};
async function deliver(context: Context, given: Notice = notice): Promise<void> {
  await plane.database.db.transaction().execute((trx) => putNotice(trx, 0, given));
  await round(context);
}
async function round(context: Context): Promise<void> {
  const postman = new Postman(context);
  await postman.round();
  await postman.idle();
}
const failure = async () => (await plane.client.call('listChannels')).channels[0]?.failure ?? null;

test('a notice arrives as plain text, with a subject, the sentences and the link', async () => {
  await using server = await mailServer();
  const context = withMail(server.url);
  await mailChannel(context, 'a@example.com', 'b@example.com');
  await deliver(context);
  const [mail] = server.got;
  if (!mail) throw new Error('no mail came');
  expect(mail).toMatchObject({ from: 'tuesday@example.com', to: ['a@example.com', 'b@example.com'] });
  const { header, text } = parse(mail);
  expect(header('from')).toEqual(['Tuesday <tuesday@example.com>']);
  expect(header('subject')[0]).toBe('[Tuesday] HALTED: Thermostat Zürich (3.2.5) has halted');
  expect(header('content-type')[0]).toMatch(/^text\/plain/);
  expect(header('auto-submitted')).toEqual(['auto-generated']);
  expect(text).toContain('Stage 1 failed its gate: 5 of 20 went wrong.');
  expect(text).toContain('https://tuesday.example/rollouts/r-1');
  expect(await failure()).toBeNull();
});

test('line breaks in names and reasons add neither headers nor parts', async () => {
  await using server = await mailServer();
  const context = withMail(server.url);
  await mailChannel(context, 'a@example.com');
  const evil = 'x\r\nBcc: evil@example.com\r\nContent-Type: text/html\r\n\r\n<b>hi</b>';
  await deliver(context, { ...notice, title: evil, lines: [evil], about: `rollout ${evil}` });
  const [mail] = server.got;
  if (!mail) throw new Error('no mail came');
  expect(mail.to).toEqual(['a@example.com']);
  const { header } = parse(mail);
  expect(header('bcc')).toEqual([]);
  expect(header('content-type')).toEqual([expect.stringMatching(/^text\/plain/)]);
  expect(header('subject')[0]).toContain('Bcc: evil@example.com');
});

describe('a mail server that', () => {
  test('is busy is tried again, with the same message id', async () => {
    let busy = true;
    await using server = await mailServer(() => (busy ? 451 : undefined));
    const context = withMail(server.url);
    await mailChannel(context, 'a@example.com');
    await deliver(context);
    expect(await failure()).toMatchObject({ attempts: 1 });
    busy = false;
    const { rows } = await plane.database.pool.query<{ id: number; channel: string }>(
      'SELECT id, channel FROM outbox',
    );
    await plane.database.pool.query(`UPDATE outbox SET lease_until = '-infinity'`);
    await round(context);
    expect(server.got.map((mail) => parse(mail).header('message-id')[0])).toEqual([
      `<${rows[0]?.channel}-${rows[0]?.id}@tuesday>`,
    ]);
    expect(await failure()).toBeNull();
  });

  test('knows nobody there is given up', async () => {
    await using server = await mailServer(() => 550);
    const context = withMail(server.url);
    await mailChannel(context, 'a@example.com');
    await deliver(context);
    expect((await failure())?.because).toMatch(/^given up after 1 attempt: .*550/);
  });

  test('takes one address and refuses another is told once, and the channel says whom it misses', async () => {
    await using server = await mailServer((address) => (address.startsWith('gone') ? 550 : undefined));
    const context = withMail(server.url);
    await mailChannel(context, 'a@example.com', 'gone@example.com');
    await deliver(context);
    await round(context);
    expect(server.got.length).toBe(1);
    expect((await failure())?.because).toContain('not taken for gone@example.com');
  });

  test('is not there is tried again, and a test says so', async () => {
    const server = await mailServer();
    await server[Symbol.asyncDispose]();
    const context = withMail(server.url);
    const channel = await mailChannel(context, 'a@example.com');
    await deliver(context);
    expect((await failure())?.because).toMatch(/^(?!given up).*ECONNREFUSED/);
    expect(await testChannel(context, plane.actor, channel)).toMatchObject({ delivered: false });
  });
});

test('without a mail server a test of a channel from before says what is missing', async () => {
  await using server = await mailServer();
  const channel = await mailChannel(withMail(server.url), 'a@example.com');
  const said = await testChannel(plane.context, plane.actor, channel);
  expect(said).toMatchObject({ delivered: false, because: expect.stringContaining('TUESDAY_SMTP_URL') });
});
