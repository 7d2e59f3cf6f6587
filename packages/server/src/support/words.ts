/** What the support page says around the words of the release. */
import type { Fix, Severity } from '@tuesday/protocol';
import { choose } from './language.ts';

export interface Words {
  readonly language: string;
  readonly heading: (code: string) => string;
  readonly meaning: string;
  readonly customer: string;
  readonly noAdvice: string;
  readonly severity: Readonly<Record<Severity, string>>;
  readonly status: string;
  readonly fix: Readonly<Record<Fix, string>>;
  readonly unknown: (code: string) => string;
  readonly tell: string;
  readonly noCode: string;
  readonly another: string;
  readonly look: string;
  readonly busy: string;
}

const EN: Words = {
  language: 'en',
  heading: (code) => `Error ${code}`,
  meaning: 'What it means',
  customer: 'What you can do',
  noAdvice: 'Nothing that we know of. Tell support if it stays.',
  severity: { info: 'For your information', warning: 'Needs a look', critical: 'Serious' },
  status: 'What we are doing',
  fix: {
    none: 'No update is on its way for this code.',
    looking: 'We are finding out what causes it.',
    stopped:
      'We have stopped the update that can show this code. Devices go back to the version before by themselves.',
    coming: 'An update that no longer shows this code is on its way.',
  },
  unknown: (code) => `We do not know ${code} yet`,
  tell: 'Please tell support what the device shows, and since when. Give them the code.',
  noCode: 'This is no error code. A code looks like 0x45.',
  another: 'Look up a code',
  look: 'Look up',
  busy: 'Too many questions from your network. Please try again in a minute.',
};

const DE: Words = {
  language: 'de',
  heading: (code) => `Fehler ${code}`,
  meaning: 'Was er bedeutet',
  customer: 'Was Sie tun können',
  noAdvice: 'Nichts, was wir wüssten. Melden Sie sich beim Support, wenn er bleibt.',
  severity: { info: 'Zur Information', warning: 'Bitte nachsehen', critical: 'Ernst' },
  status: 'Was wir tun',
  fix: {
    none: 'Zu diesem Code ist kein Update unterwegs.',
    looking: 'Wir suchen die Ursache.',
    stopped:
      'Wir haben das Update angehalten, das diesen Code zeigen kann. Die Geräte kehren von selbst zur vorigen Version zurück.',
    coming: 'Ein Update, das diesen Code nicht mehr zeigt, ist unterwegs.',
  },
  unknown: (code) => `${code} kennen wir noch nicht`,
  tell: 'Bitte sagen Sie dem Support, was das Gerät zeigt und seit wann. Nennen Sie den Code.',
  noCode: 'Das ist kein Fehlercode. Ein Code sieht aus wie 0x45.',
  another: 'Einen Code nachschlagen',
  look: 'Nachschlagen',
  busy: 'Zu viele Anfragen aus Ihrem Netz. Bitte versuchen Sie es in einer Minute wieder.',
};

const ALL: readonly Words[] = [EN, DE];

/** The words of the page; English where nobody has written others. */
export function wordsFor(lang: string, accept: string | undefined): Words {
  const chosen = choose(
    ALL.map(({ language }) => language),
    lang,
    accept,
  );
  return ALL.find(({ language }) => language === chosen) ?? EN;
}
