/**
 * Every expected "no" that Tuesday says, in one union.
 *
 * A refusal is a value, never an exception: `code` for programs, `because` for the person, `try` for what to
 * do next. HTTP statuses and exit codes are derived from the code in one place each (server and CLI).
 */
import * as z from 'zod';

/** code → what it means in general and what usually helps. `docs/refusals.md` is generated from this. */
export const REFUSALS = {
  // door
  'bad-request': { means: 'the request does not parse', try: 'mend the field that is named' },
  'too-large': { means: 'the body is over its limit', try: 'send less; the limit is named' },
  'not-found': { means: 'there is no such thing', try: 'check the name or list what exists' },
  unauthenticated: {
    means: 'the credentials are missing or not valid',
    try: 'sign in, or enrol the device again',
  },
  forbidden: {
    means: 'the credentials are valid but do not allow this',
    try: 'ask for the role that is named',
  },
  conflict: { means: 'somebody else changed it meanwhile', try: 'read it again and repeat' },
  busy: { means: 'the server sheds load', try: 'wait as long as it says and repeat' },
  'filter-invalid': {
    means: 'the filter cannot be read',
    try: 'mend it where it says; tuesday filter fields lists what can be asked for',
  },
  // releases and trust
  'trust-not-installed': {
    means: 'the server has no root of trust yet',
    try: 'tuesday keys init, then tuesday keys install',
  },
  'trust-already-installed': {
    means: 'the server has a root of trust',
    try: 'rotate the root instead of replacing it',
  },
  'bad-signature': {
    means: 'a signature does not verify',
    try: 'sign the payload that the server serves now',
  },
  'unknown-key': {
    means: 'the key is not one of the role',
    try: 'sign with a key that root lists for targets',
  },
  'same-key': {
    means: 'this key has signed already; the threshold counts different keys',
    try: 'let another person sign with another key',
  },
  'stale-signing': {
    means: 'the targets metadata moved on since the payload was made',
    try: 'fetch the payload again and sign that',
  },
  'release-exists': { means: 'a release is immutable once it exists', try: 'publish under a new version' },
  'release-not-ready': {
    means: 'the release lacks artifacts or signatures',
    try: 'tuesday release view shows what is missing',
  },
  'release-not-published': {
    means: 'only a published release can be rolled out',
    try: 'collect the missing signatures',
  },
  'digest-mismatch': {
    means: 'the bytes do not have the declared digest',
    try: 'upload the artifact that was declared',
  },
  'size-mismatch': {
    means: 'the bytes do not have the declared size',
    try: 'upload the artifact that was declared',
  },
  'way-back-unknown': {
    means: 'the way back names a release that is not published',
    try: 'publish the way back first',
  },
  'no-way-back': {
    means: 'the release carries no signed way back',
    try: 'declare wayBack in the release before it is signed',
  },
  'below-security-version': {
    means: 'the release is below the security version',
    try: 'choose a newer release',
  },
  // rollouts
  'plan-invalid': { means: 'the plan cannot be judged', try: 'mend the stage that is named' },
  'fleet-busy': {
    means: 'another rollout is under way in this fleet',
    try: 'finish, halt or cancel it first',
  },
  'no-devices': {
    means: 'no device of the fleet can take this release',
    try: 'check the hardware models of the release',
  },
  'wrong-phase': {
    means: 'the rollout is not in a phase that allows this',
    try: 'tuesday rollout view shows the phase',
  },
  'never-tried': {
    means: 'the device never went back from this release',
    try: 'nothing: it is offered the release when its stage opens',
  },
  'not-offered': {
    means: 'no rollout offers this release to the device now',
    try: 'tuesday device view shows its rollouts; only one that is under way offers anything',
  },
  'reason-missing': { means: 'this act wants a reason', try: 'give --because' },
  // parity
  untested: {
    means: 'the release was not tested where the fleet lives',
    try: 'tuesday matrix run tests the cells that are named; the plan may exclude them, or stop before them',
  },
  'attestation-unsigned': {
    means: 'no tester of this fleet has signed the results',
    try: 'sign them with a key of tuesday tester list, or let an admin add the key',
  },
  'attestation-altered': {
    means: 'the results are not what was signed',
    try: 'run the matrix again, and send the file as it was written',
  },
  'attestation-elsewhere': {
    means: 'the results are about other bytes than this release has',
    try: 'run the matrix with the artifact of this release',
  },
  'codes-undocumented': {
    means: 'the release can raise error codes that it does not document',
    try: 'write them into the file of error codes; tuesday codes check shows which',
  },
  // people and time
  'policy-invalid': { means: 'the rules cannot be kept', try: 'mend the field that is named' },
  'outside-window': {
    means: 'the policy does not let this start now',
    try: 'wait for the opening that is named; tuesday plan calendar shows all of them',
  },
  'nobody-watches': {
    means: 'nobody is on watch when somebody must be',
    try: 'tuesday watch view shows the gaps; tuesday watch set fills them',
  },
  'approval-needed': {
    means: 'another person must consent first',
    try: 'tuesday approval list shows what is waiting for whom',
  },
  'own-request': { means: 'nobody consents to what they asked for', try: 'ask another approver' },
  'consented-already': { means: 'a person counts once', try: 'ask another approver' },
  'digest-changed': {
    means: 'what you read is not what would happen now',
    try: 'read it again and consent to the new digest',
  },
  'approval-closed': {
    means: 'the request has lapsed, was withdrawn or was used',
    try: 'ask for consent again',
  },
  'factor-needed': {
    means: 'this act wants a second factor',
    try: 'use a passkey, or give --code with the code of your authenticator',
  },
  'factor-invalid': {
    means: 'the second factor does not prove anything',
    try: 'wait for the next code, or use a passkey',
  },
  'sign-in-failed': {
    means: 'name, password or second factor are not right',
    try: 'try again; an admin can invite you anew',
  },
  'too-many-attempts': { means: 'too many wrong attempts', try: 'wait as long as it says' },
  'invitation-invalid': {
    means: 'the invitation has lapsed or was used',
    try: 'ask an admin for a new link',
  },
  'passkey-known': {
    means: 'this passkey belongs to an account already',
    try: 'use an authenticator of your own',
  },
  'last-factor': {
    means: 'without it the account could not be proved any more',
    try: 'add another one first',
  },
  'last-admin': {
    means: 'the fleet would have nobody left who looks after its people',
    try: 'give another person the role admin first',
  },
  'name-taken': { means: 'the name is in use', try: 'choose another name' },
  'glass-needed': {
    means: 'this needs two people, or one who breaks the glass',
    try: 'ask for consent, or tuesday break-glass',
  },
  'not-a-recovery': {
    means: 'breaking the glass never pushes an ordinary release',
    try: 'publish a release that is signed as a recovery',
  },
  'own-review': { means: 'nobody reviews their own emergency', try: 'ask another approver to close it' },
  'calendar-invalid': { means: 'the iCalendar file cannot be read', try: 'mend the line that is named' },
  // device: verification
  unsigned: {
    means: 'the metadata carries no valid signature',
    try: 'nothing on the device; look at the server',
  },
  'threshold-not-met': {
    means: 'fewer different keys signed than the role demands',
    try: 'collect the missing signature',
  },
  'metadata-expired': {
    means: 'the metadata is past its expiry',
    try: 'the server must sign fresh metadata',
  },
  'metadata-replayed': {
    means: 'the metadata is older than what the device has seen',
    try: 'look for a stale mirror or an attack',
  },
  'metadata-invalid': {
    means: 'the metadata does not parse or does not fit together',
    try: 'look for a stale mirror or an attack',
  },
  'wrong-digest': {
    means: 'the downloaded bytes do not have the signed digest',
    try: 'look for a broken mirror or an attack',
  },
  oversize: { means: 'more bytes came than were signed', try: 'look for a broken mirror or an attack' },
  'wrong-hardware': {
    means: 'the artifact is for another hardware model',
    try: 'offer the artifact for this model',
  },
  'unknown-target': {
    means: 'the signed metadata does not list the offered target',
    try: 'publish the release',
  },
  'not-a-way-back': {
    means: 'a lower version without a signed way back',
    try: 'recall along the way back only',
  },
  'below-floor': { means: 'the device must first be on the floor version', try: 'roll out the floor first' },
  'tried-before': {
    means: 'the device rolled back from this release and does not try it again',
    try: 'publish a mended release',
  },
  // device: work
  'offer-invalid': { means: 'the offer does not parse or contradicts itself', try: 'look at the server' },
  'download-failed': { means: 'the artifact could not be fetched', try: 'the device tries again by itself' },
  'no-space': { means: 'there is not enough room for the artifact', try: 'free room on the device' },
  'stage-failed': { means: 'the spare slot could not be written', try: 'look at the storage of the device' },
  'boot-failed': { means: 'the new version did not come up', try: 'look at the boot log' },
  'health-failed': { means: 'a health check failed after the boot', try: 'look at the named check' },
  'too-slow': {
    means: 'the bytes came slower than a download may take',
    try: 'look for a slow mirror or an attack; the device tries another source',
  },
  'wrong-device': { means: 'the offer is meant for another device', try: 'look at the server' },
  'read-only': { means: 'the disk of the device takes no writes', try: 'look at the storage of the device' },
  'journal-damaged': {
    means: 'the memory of the device could not be read; it stands on the slot that is whole',
    try: 'nothing; look at the storage when it happens again',
  },
  'config-invalid': {
    means: 'the configuration of the agent cannot be used',
    try: 'mend the field that is named',
  },
  'in-rescue': {
    means: 'the device is not well and cannot mend itself: it looks for a signed recovery release',
    try: 'publish a recovery release for its hardware, and bring a device that relays near it',
  },
  'relay-refused': {
    means: 'the neighbour does not give now: its power, its bytes or its places are used up',
    try: 'ask another neighbour, or wait as long as it says',
  },
  interrupted: {
    means: 'the device woke in a step that it cannot continue',
    try: 'the device starts over by itself',
  },
} as const satisfies Record<string, { means: string; try: string }>;

export type RefusalCode = keyof typeof REFUSALS;
export const refusalCodes = Object.keys(REFUSALS) as [RefusalCode, ...RefusalCode[]];
export const refusalCodeSchema = z.enum(refusalCodes);

export const refusalSchema = z.object({
  code: refusalCodeSchema,
  /** One sentence for a person: what was refused and the fact that decided it. */
  because: z.string().max(1_000),
  /** What to do next, as a sentence or a command line. */
  try: z.string().max(1_000),
  /** The offending field, as a path such as `stages.1.share`. */
  field: z.string().max(200).optional(),
});
export type Refusal = z.infer<typeof refusalSchema>;

/** What HTTP answers carry: `{ "refused": { code, because, try, field? } }`. */
export const refusedSchema = z.object({ refused: refusalSchema });

/**
 * Makes a refusal; `try` defaults to the general advice of the code.
 *
 * @param because one sentence, with the fact that decided
 */
export function refuse(
  code: RefusalCode,
  because: string,
  more: { try?: string; field?: string } = {},
): Refusal {
  const refusal: Refusal = { code, because, try: more.try ?? REFUSALS[code].try };
  if (more.field !== undefined) refusal.field = more.field;
  return refusal;
}

/** An outcome that may be a refusal. `'refused' in result` tells the two apart. */
export type OrRefused<T> = T | { refused: Refusal };

export function isRefused<T extends object>(result: OrRefused<T>): result is { refused: Refusal } {
  return 'refused' in result;
}

/** The first problem of a failed parse as a refusal that names the field. */
export function refuseParse(error: z.ZodError, code: RefusalCode = 'bad-request'): Refusal {
  const issue = error.issues[0];
  const field = issue?.path.map(String).join('.') ?? '';
  const because = `${field === '' ? 'the body' : field}: ${issue?.message ?? 'does not parse'}`;
  return refuse(code, because, field === '' ? {} : { field });
}
