import { RefusedByServer, type ImportQuery } from '@tuesday/protocol';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { installTrust, publish, type TestPlane, testPlane } from '../http/operator/testing/control-plane.ts';
import { enrolDevices } from '../testing/fleet.ts';
import { addPerson } from '../testing/people.ts';
import { findCodes } from './find-codes.ts';
import { momentOf } from './moment.ts';

let plane: TestPlane;
beforeAll(async () => {
  plane = await testPlane();
  await publish(plane, await installTrust(plane), '3.2.4', {
    errorCodes: [{ code: '0x45', title: 'No session', meaning: 'The broker dropped it.', failsHealth: true }],
  });
  await enrolDevices(plane.database.pool, 3);
});
afterAll(() => plane[Symbol.asyncDispose]());
beforeEach(async () => {
  await plane.database.pool.query(
    'TRUNCATE tickets, code_stubs; UPDATE devices SET trouble_at = NULL, trouble = NULL',
  );
});

type Query = Partial<ImportQuery>;
const bring = (text: string | Buffer, query: Query = {}) =>
  plane.client.call('importTickets', { query, body: Buffer.from(text) });
const listed = async () =>
  (await plane.client.call('listTickets')).tickets.map(
    ({ ticket, code, device, customer, at }) =>
      `${ticket} ${code} ${device} ${customer} ${new Date(at).toISOString()}`,
  );

async function refusalOf(text: string | Buffer, query: Query = {}) {
  const refused: unknown = await bring(text, query).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(RefusedByServer);
  return (refused as RefusedByServer).refusal;
}

describe('a file of tickets', () => {
  test('is read by the usual names of its columns, and repeating it changes nothing', async () => {
    const text =
      '\uFEFFTicket ID,Subject,Tags,Device,Requester,Created at\r\n' +
      '1,"Error 0x045, ""dead""",,d0,c-1,2026-11-23T21:00Z\r\n' +
      '2,"Nothing\nworks",oven 0x46,,,2026-11-23 22:00:00 +0100\r\n' +
      '\r\n' +
      '3,Help!,,,,2026-11-23 21:00:00 UTC\r\n';
    const view = {
      lines: 3,
      withoutCode: 1,
      codes: [
        { code: '0x45', tickets: 1 },
        { code: '0x46', tickets: 1 },
      ],
    };
    expect(await bring(text)).toEqual({ ...view, added: 3, known: 0 });
    const expected = [
      '1 0x45 d0 c-1 2026-11-23T21:00:00.000Z',
      '2 0x46 null null 2026-11-23T21:00:00.000Z',
      '3 null null null 2026-11-23T21:00:00.000Z',
    ];
    expect(await listed()).toEqual(expected);
    expect(await bring(text)).toEqual({ ...view, added: 0, known: 3 });
    expect(await listed()).toEqual(expected);
    expect((await plane.client.call('listTickets')).withoutCode).toEqual({ lastDay: 1, dayBefore: 0 });
  });

  test('may call its columns as it likes, and write local times of a zone', async () => {
    await bring('Nr;Was;Wann\n7;Fehler 0x45;2026-11-20 22:00\n', {
      ticket: 'Nr',
      text: 'Was',
      at: 'Wann',
      zone: 'Europe/Berlin',
      delimiter: ';',
      prefix: 'garden-',
    });
    expect(await listed()).toEqual(['garden-7 0x45 null null 2026-11-20T21:00:00.000Z']);
  });

  test('is in the log with its figures', async () => {
    await bring('ticket,code\n1,0x45\n');
    const { rows } = await plane.database.pool.query(
      `SELECT verb, object FROM installation.audit_entries ORDER BY seq DESC LIMIT 1`,
    );
    expect(rows).toEqual([{ verb: 'ticket.import', object: '1 tickets' }]);
  });

  test('takes the role that files tickets', async () => {
    const vera = await addPerson(plane, 'vera', ['viewer']);
    await expect(
      vera.client.call('importTickets', { query: {}, body: Buffer.from('ticket,code\n1,0x45\n') }),
    ).rejects.toMatchObject({ refusal: { code: 'forbidden' } });
  });

  test('is taken as text/csv, too', async () => {
    const response = await fetch(`${plane.url}/v1/tickets/import`, {
      method: 'POST',
      headers: { authorization: `Bearer ${plane.token}`, 'content-type': 'text/csv' },
      body: 'ticket,code\n1,0x45\n',
    });
    expect(await response.json()).toMatchObject({ lines: 1, added: 1 });
  });
});

describe('a file with something wrong is refused whole', () => {
  const head = 'ticket,code,device,at\n1,0x45,d0,\n';
  test.each<[string, string | Buffer, Query, string, string]>([
    [
      'a device that nobody knows',
      `${head}2,0x45,nobody,\n`,
      {},
      'bad-request',
      'line 3: there is no device nobody',
    ],
    ['a device that is none', `${head}2,0x45,d 0,\n`, {}, 'bad-request', 'line 3: "d 0" is no device'],
    [
      'a time without a zone',
      `${head}2,0x45,,2026-11-20 21:00\n`,
      {},
      'bad-request',
      'line 3: "2026-11-20 21:00" says no zone; give the zone of the file',
    ],
    [
      'a time that is none',
      `${head}2,0x45,,yesterday\n3,0x45,,2026-13-01T00:00Z\n`,
      {},
      'bad-request',
      'line 3: "yesterday" is no time; write it as 2026-11-20T21:00Z, or without the Z and with a zone; line 4: "2026-13-01T00:00Z" is no time',
    ],
    [
      'a time to come',
      `${head}2,0x45,,2036-11-20T21:00Z\n`,
      {},
      'bad-request',
      'line 3: the ticket lies in the future',
    ],
    [
      'no number',
      `${head},0x45,,\n`,
      {},
      'bad-request',
      'line 3: a ticket has a number of 1 to 80 characters',
    ],
    ['a cell too many', `${head}2,0x45,,,x\n`, {}, 'bad-request', 'line 3: '],
    ['a quote in the middle', `${head}2,0x"45,,\n`, {}, 'bad-request', 'line 3: '],
    ['a quote that does not end', `${head}2,"0x45,,\n`, {}, 'bad-request', 'line '],
    [
      'a zero character',
      `${head}2,0x45 \0,,\n`,
      {},
      'bad-request',
      'line 3: holds a character that cannot be kept',
    ],
    [
      'no column with the number',
      'a,code\n1,0x45\n',
      {},
      'bad-request',
      'line 1: no column holds the number of the ticket; the file has "a", "code"',
    ],
    [
      'no column with a code',
      'ticket,a\n1,0x45\n',
      {},
      'bad-request',
      'line 1: no column holds the error code; the file has "ticket", "a"',
    ],
    [
      'a column that is not there',
      head,
      { code: 'error' },
      'bad-request',
      'line 1: there is no column "error"; the file has "ticket", "code", "device", "at"',
    ],
    ['a zone that is none', head, { zone: 'Mars/Olympus' }, 'bad-request', 'there is no zone Mars/Olympus'],
    ['nothing in it', '', {}, 'bad-request', 'line 1: the file is empty; expected a header'],
    [
      'a line without end',
      `${head}2,"${'x'.repeat(1_100_000)}",,\n`,
      {},
      'too-large',
      'the file has a line of more than 1048576 bytes',
    ],
    ['only quotes', '"'.repeat(300_000), {}, 'bad-request', ''],
    [
      'too many lines',
      `ticket,code\n${'1,0x45\n'.repeat(100_001)}`,
      {},
      'too-large',
      'the file has more than 100000 lines',
    ],
    [
      'too many bytes',
      Buffer.concat([Buffer.from('ticket,code\n'), Buffer.alloc(33 * 1_048_576, '1,0x45\n')]),
      {},
      'too-large',
      'the file has more than ',
    ],
  ])('%s', async (_, text, query, code, because) => {
    const refused = await refusalOf(text, query);
    expect(refused.code).toBe(code);
    expect(refused.because.slice(0, because.length)).toBe(because);
    expect(await listed()).toEqual([]);
  });

  test('of many wrong lines the first ten are named', async () => {
    const { because } = await refusalOf(`ticket,code,at\n${'1,0x45,never\n'.repeat(25)}`);
    expect(because).toContain('line 11: ');
    expect(because).not.toContain('line 12: ');
    expect(because).toMatch(/; and 15 more$/);
  });
});

describe('the catalogue hears of codes in tickets', () => {
  const stubs = async () =>
    (await plane.client.call('listCodes', { query: { state: 'stub' } })).codes.map(({ code }) => code);
  test('of strangers when three of them name one, of our own support at once', async () => {
    await bring('ticket,subject\n1,0x77\n2,0x77\n');
    expect(await stubs()).toEqual([]);
    await bring('ticket,subject\n2,0x77\n3,0x77\n4,0x45\n5,0x45\n6,0x45\n');
    expect(await stubs()).toEqual(['0x77']);
    await plane.client.call('addTickets', { body: { tickets: [{ ticket: '9', code: '0x78' }] } });
    expect(await stubs()).toEqual(['0x77', '0x78']);
  });

  test('and of several in one ticket the one that it knows counts', async () => {
    await bring('ticket,subject\n1,Windows says 0x80070005 and the display 0x45\n2,0x1 then 0x2\n');
    expect((await listed()).map((line) => line.split(' ')[1])).toEqual(['0x45', '0x1']);
  });

  test('a ticket whose code comes later counts once, with it', async () => {
    await bring('ticket,subject,device\n1,dead,\n');
    await bring('ticket,subject,device\n1,dead: 0x45,d0\n');
    await bring('ticket,subject,device\n1,dead: 0x46,d1\n');
    expect((await listed()).map((line) => line.split(' ').slice(0, 3).join(' '))).toEqual(['1 0x45 d0']);
  });
});

test.each<[string, string[]]>([
  ['Error 0x45.', ['0x45']],
  ['(0X045)/0xab', ['0x45', '0xAB']],
  ['x0x45 0x45z 0x 0xG a_0x45 0x45_', []],
  ['0x123456789', []],
  ['0x45,0x45;0x46', ['0x45', '0x46']],
  ['0x0x45', []],
  ['„0x45“ é0x46é', ['0x45', '0x46']],
])('in "%s" the codes are %j', (text, codes) => {
  expect(findCodes([text])).toEqual(codes);
});

test('of a text full of codes no more than sixteen are taken', () => {
  const text = Array.from({ length: 100_000 }, (_, index) => `0x${index.toString(16)}`).join(' ');
  expect(findCodes([text])).toHaveLength(16);
  expect(findCodes(['0x'.repeat(500_000), '0'.repeat(1_000_000)])).toEqual([]);
});

test.each<[string, string | undefined, number | string]>([
  ['2026-11-20T21:00Z', undefined, Date.UTC(2026, 10, 20, 21)],
  ['2026-11-20 21:00:30+01:00', undefined, Date.UTC(2026, 10, 20, 20, 0, 30)],
  ['2026-11-20 21:00 -0530', undefined, Date.UTC(2026, 10, 21, 2, 30)],
  ['2026-11-20', 'America/New_York', Date.UTC(2026, 10, 20, 5)],
  ['2026-11-20T21:00:00.5', 'UTC', Date.UTC(2026, 10, 20, 21, 0, 0, 500)],
  ['2026-02-30', 'UTC', 'is no time'],
  ['20.11.2026', 'UTC', 'is no time; write it as 2026-11-20T21:00Z, or without the Z and with a zone'],
])('%s in %s is %s', (text, zone, expected) => {
  const moment = momentOf(text, zone);
  expect(typeof moment === 'object' ? moment.wrong : moment).toBe(expected);
});
