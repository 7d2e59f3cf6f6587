import { t } from '@lingui/core/macro';
import { keepLanguage, keptLanguage } from '../language/kept.ts';
import { LANGUAGES } from '../language/languages.ts';
import { Card } from '../ui/card.tsx';
import { Choice } from '../ui/field.tsx';

/** The language of this browser's console, where there is more than one. */
export function LanguageCard() {
  const languages = Object.entries(LANGUAGES).map(([language, { name }]) => [language, name] as const);
  if (languages.length < 2) return null;
  return (
    <Card title={t`Language`}>
      <Choice
        label={t`Language of the console`}
        hint={t`Kept by this browser. What the server says, such as why a rollout waits, stays in English.`}
        className="mt-3 max-w-xs"
        value={keptLanguage() ?? ''}
        options={[['', t`as the browser asks for`], ...languages]}
        onChoose={keepLanguage}
      />
    </Card>
  );
}
