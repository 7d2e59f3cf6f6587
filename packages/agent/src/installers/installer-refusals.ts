/** What installers say when they refuse, as refusals of ours. Their own words are always kept. */
import { type Refusal, refuse, type RefusalCode } from '@tuesday/protocol';

/** The first that is found in the words counts. Seen with RAUC 1.8 and SWUpdate 2022.12. */
const WORDS: readonly (readonly [RegExp, RefusalCode])[] = [
  [/already (processing|in progress)|installation in progress|is busy/i, 'busy'],
  [/compatible mismatch|hardware (is )?not compatible|hw.*incompatible|not compatible/i, 'wrong-hardware'],
  [/signature|signer|certificate|verify error|cms|pkcs/i, 'bad-signature'],
  [/no space left|enough (free )?space/i, 'no-space'],
];

/** @param installer its name, for people */
export function installerRefusal(installer: string, words: string): Refusal {
  const said = words.trim().replaceAll(/\s+/g, ' ').slice(0, 300);
  const code = WORDS.find(([pattern]) => pattern.test(said))?.[1] ?? 'stage-failed';
  const because = said === '' ? `${installer} failed and did not say why.` : `${installer} says: ${said}`;
  return refuse(code, because, TRY[code] === undefined ? {} : { try: TRY[code] });
}

const TRY: Partial<Record<RefusalCode, string>> = {
  'bad-signature': 'sign the bundle with a key that the keyring of the device trusts',
};
