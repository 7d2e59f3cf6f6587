/**
 * The two people of the demo: alice rolls out, bob consents. Their passwords and authenticators are kept in the
 * demo's folder, where in the world nobody would keep them.
 */
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { OperatorClient, Role } from '@tuesday/protocol';
import { PEOPLE, type Person as Name } from './demo-keys.ts';
import { type Credentials, Person } from './person.ts';

const ROLES: Readonly<Record<Name, Role[]>> = {
  alice: ['operator', 'commander'],
  bob: ['operator', 'approver'],
};

export type DemoPeople = Readonly<Record<Name, Person>>;

/** Signed in, each in a session of their own. Those who were known before sign in again. */
export async function openDemoPeople(
  client: OperatorClient,
  server: string,
  folder: string,
  say: (line: string) => void,
): Promise<DemoPeople> {
  const { people } = await client.call('listPeople');
  const entering = async (name: Name): Promise<Person> => {
    const file = join(folder, `${name}.json`);
    const state = people.find((person) => person.name === name)?.state;
    if (state === 'active' && existsSync(file))
      return Person.signIn(server, JSON.parse(await readFile(file, 'utf8')) as Credentials);
    const params = { person: name };
    const { invitation } =
      state === undefined
        ? await client.call('invitePerson', { body: { name, display: name, roles: { main: ROLES[name] } } })
        : await client.call('inviteAgain', { params, body: { because: 'the demo was stopped half-way' } });
    const password = randomBytes(18).toString('base64url');
    const keep = async (credentials: Credentials) => writeWhole(file, JSON.stringify(credentials));
    const person = await Person.join(server, invitation, { name, password }, keep);
    say(`${name} has joined as ${ROLES[name].join(' and ')}`);
    return person;
  };
  const [alice, bob] = await Promise.all(PEOPLE.map(entering));
  if (!alice || !bob) throw new Error('the demo needs two people');
  return { alice, bob };
}

async function writeWhole(file: string, text: string): Promise<void> {
  await writeFile(`${file}.new`, text, { mode: 0o600, flush: true });
  await rename(`${file}.new`, file);
}
