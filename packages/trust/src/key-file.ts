/**
 * A private key at rest: argon2id makes a key of the passphrase, AES-256-GCM seals. Everything that stands in
 * the open (role, label, public key, parameters) is authenticated with it.
 */
import { argon2Sync, createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { type OrRefused, refuse } from '@tuesday/protocol';
import * as z from 'zod';
import { canonical } from './canonical.ts';
import { type KeyPair, keyPairOf } from './keys.ts';

export const keyRoleSchema = z.enum(['root', 'targets', 'snapshot', 'timestamp']);
/** A role of TUF metadata. */
export type KeyRole = z.infer<typeof keyRoleSchema>;

/** What a key in a file is for: a role of TUF metadata, or `tester`, who signs attestations. */
export const keyFileRoleSchema = z.enum([...keyRoleSchema.options, 'tester']);
export type KeyFileRole = z.infer<typeof keyFileRoleSchema>;

const base64Schema = z.string().regex(/^[A-Za-z0-9+/]+={0,2}$/);

/** Upper bounds keep a hostile key file from exhausting the machine that opens it. */
const costSchema = z.object({
  /** KiB. */
  memory: z.int().min(8_192).max(1_048_576),
  passes: z.int().min(1).max(16),
  parallelism: z.int().min(1).max(16),
});
export type KeyFileCost = z.infer<typeof costSchema>;

const openPartSchema = z.object({
  tuesdayKey: z.literal(1),
  role: keyFileRoleSchema,
  /** For people, for instance `alice`. */
  label: z.string().min(1).max(64),
  keyid: z.string().regex(/^[0-9a-f]{64}$/),
  public: z.object({
    keytype: z.literal('ed25519'),
    scheme: z.literal('ed25519'),
    keyval: z.object({ public: z.string().regex(/^[0-9a-f]{64}$/) }),
  }),
  kdf: z.object({ name: z.literal('argon2id'), salt: base64Schema, ...costSchema.shape }),
  cipher: z.object({ name: z.literal('aes-256-gcm'), iv: base64Schema }),
});

export const keyFileSchema = z.object({ ...openPartSchema.shape, tag: base64Schema, sealed: base64Schema });
export type KeyFile = z.infer<typeof keyFileSchema>;

/** RFC 9106, section 4, second recommended setting: 64 MiB, 3 passes, 4 lanes. */
export const KEY_FILE_COST: KeyFileCost = { memory: 65_536, passes: 3, parallelism: 4 };

/** @returns the text of a key file */
export function sealKey(
  key: KeyPair,
  passphrase: string,
  about: { role: KeyFileRole; label: string },
  cost: KeyFileCost = KEY_FILE_COST,
): string {
  const iv = randomBytes(12);
  const open = openPartSchema.parse({
    tuesdayKey: 1,
    role: about.role,
    label: about.label,
    keyid: key.keyid,
    public: key.public,
    kdf: { name: 'argon2id', salt: randomBytes(16).toString('base64'), ...cost },
    cipher: { name: 'aes-256-gcm', iv: iv.toString('base64') },
  });
  const cipher = createCipheriv('aes-256-gcm', deriveKey(passphrase, open.kdf), iv);
  cipher.setAAD(Buffer.from(canonical(open)));
  const sealed = Buffer.concat([cipher.update(key.privateKeyPem, 'utf8'), cipher.final()]);
  const file: KeyFile = {
    ...open,
    tag: cipher.getAuthTag().toString('base64'),
    sealed: sealed.toString('base64'),
  };
  return `${JSON.stringify(file, null, 2)}\n`;
}

/** The open part of a key file. Not authenticated until the file is opened. */
export function readKeyFile(text: string): OrRefused<KeyFile> {
  try {
    const parsed = keyFileSchema.safeParse(JSON.parse(text));
    if (parsed.success) return parsed.data;
  } catch {
    // Not JSON: the same answer as JSON of another shape.
  }
  return { refused: refuse('bad-request', 'This is not a Tuesday key file.') };
}

/** @returns refused `unauthenticated` when the passphrase is wrong or the file was changed: they look alike */
export function openKey(
  text: string,
  passphrase: string,
): OrRefused<KeyPair & { role: KeyFileRole; label: string }> {
  const file = readKeyFile(text);
  if ('refused' in file) return file;
  const { tag, sealed, ...open } = file;
  const privateKeyPem = unseal(open, passphrase, tag, sealed);
  if (privateKeyPem === undefined) {
    return {
      refused: refuse('unauthenticated', `The passphrase does not open the key of ${file.label}.`, {
        try: 'type the passphrase again; if it is right, the file was changed: take it from its backup',
      }),
    };
  }
  return { ...keyPairOf(privateKeyPem), role: file.role, label: file.label };
}

function unseal(
  open: z.infer<typeof openPartSchema>,
  passphrase: string,
  tag: string,
  sealed: string,
): string | undefined {
  try {
    const key = deriveKey(passphrase, open.kdf);
    const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(open.cipher.iv, 'base64'), {
      authTagLength: 16,
    });
    decipher.setAAD(Buffer.from(canonical(open)));
    decipher.setAuthTag(Buffer.from(tag, 'base64'));
    return Buffer.concat([decipher.update(Buffer.from(sealed, 'base64')), decipher.final()]).toString('utf8');
  } catch {
    return undefined;
  }
}

function deriveKey(passphrase: string, kdf: { salt: string } & KeyFileCost): Buffer {
  return argon2Sync('argon2id', {
    message: passphrase,
    nonce: Buffer.from(kdf.salt, 'base64'),
    memory: kdf.memory,
    passes: kdf.passes,
    parallelism: kdf.parallelism,
    tagLength: 32,
  });
}
