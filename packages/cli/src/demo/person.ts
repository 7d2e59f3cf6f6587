/**
 * Somebody with a password and an authenticator, played by a program: for the demo and for stories. Real people have
 * a passkey, or the authenticator on a phone of their own.
 */
import {
  type Clock,
  type FactorProof,
  operatorClient,
  type OperatorClient,
  wallClock,
} from '@tuesday/protocol';
import { Secret, TOTP } from 'otpauth';

/** RFC 6238: milliseconds of one step. */
const STEP = 30_000;

export interface Credentials {
  readonly name: string;
  readonly password: string;
  /** Of the authenticator, base32; made by the server when the person joins. */
  readonly secret: string;
}

export class Person {
  readonly name: string;
  /** Speaks in this person's name. */
  readonly client: OperatorClient;
  readonly #credentials: Credentials;
  readonly #phone: Clock;
  /** Each lets in once, without the phone; only a person who has just joined has them here. */
  readonly #recoveryCodes: string[];
  /** Newest step whose code was given away: a server takes each once. */
  #usedStep: number;

  private constructor(
    client: OperatorClient,
    credentials: Credentials,
    phone: Clock,
    usedStep: number,
    recoveryCodes: readonly string[] = [],
  ) {
    this.#recoveryCodes = [...recoveryCodes];
    this.name = credentials.name;
    this.client = client;
    this.#credentials = credentials;
    this.#phone = phone;
    this.#usedStep = usedStep;
  }

  /**
   * Sets up the account that an invitation is for.
   *
   * @param keep is handed the credentials before the server takes them, so that none is lost
   */
  static async join(
    server: string,
    invitation: string,
    given: Pick<Credentials, 'name' | 'password'>,
    keep: (credentials: Credentials) => Promise<void> = async () => undefined,
    phone: Clock = wallClock(),
  ): Promise<Person> {
    const client = browserLike(server);
    const { secret } = await client.call('totpForJoining', { body: { invitation } });
    const credentials = { ...given, secret };
    await keep(credentials);
    const step = Math.floor(phone.now() / STEP);
    const totp = { secret, code: codeOf(secret, step) };
    const { recoveryCodes } = await client.call('join', {
      body: { invitation, password: given.password, totp },
    });
    return new Person(client, credentials, phone, step, recoveryCodes);
  }

  static async signIn(server: string, given: Credentials, phone: Clock = wallClock()): Promise<Person> {
    const person = new Person(browserLike(server), given, phone, 0);
    await person.signInAgain();
    return person;
  }

  /** Sessions end by themselves. */
  async signInAgain(): Promise<void> {
    const { name, password } = this.#credentials;
    const code = this.#recoveryCodes.pop();
    const factor: FactorProof = code === undefined ? await this.factor() : { kind: 'recovery', code };
    await this.client.call('passwordSignIn', { body: { name, password, factor } });
  }

  /** The next code that counts; waits for it where it has to, half a minute at most. */
  async factor(): Promise<FactorProof> {
    const step = () => Math.floor(this.#phone.now() / STEP);
    // A server takes the step that comes next, too, because clocks differ.
    while (step() < this.#usedStep) await this.#phone.sleep(500);
    this.#usedStep = Math.max(step(), this.#usedStep + 1);
    return { kind: 'totp', code: codeOf(this.#credentials.secret, this.#usedStep) };
  }
}

function codeOf(secret: string, step: number): string {
  return new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: step * STEP });
}

/** Keeps the session cookie, as the console's own pages do. */
function browserLike(server: string): OperatorClient {
  let cookie = '';
  return operatorClient(server, undefined, async (url, init) => {
    const headers = new Headers(init.headers);
    headers.set('origin', new URL(server).origin);
    if (cookie !== '') headers.set('cookie', cookie);
    const answer = await fetch(url, { ...init, headers });
    cookie = answer.headers.get('set-cookie')?.split(';')[0] ?? cookie;
    return answer;
  });
}
