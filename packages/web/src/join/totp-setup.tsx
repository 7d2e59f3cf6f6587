import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import { CommandLine } from '../ui/command-line.tsx';
import { Field } from '../ui/field.tsx';
import { Qr } from './qr.tsx';

interface Props {
  totp: { secret: string; url: string };
  code: string;
  problem: string | undefined;
  onCode: (code: string) => void;
}

/** The secret for an authenticator app, as a picture and as text, and the code that proves it arrived. */
export function TotpSetup({ totp: { secret, url }, code, problem, onCode }: Props) {
  return (
    <div className="grid gap-4">
      <div className="flex flex-wrap items-start gap-4">
        <Qr text={url} label={t`QR code for your authenticator`} />
        <div className="grid min-w-0 flex-1 basis-52 gap-2 text-sm text-ink-2">
          <p className="text-pretty">
            <Trans>
              Scan it with an authenticator app. On the same phone,{' '}
              <a className="link" href={url}>
                open the app
              </a>
              , or type the secret:
            </Trans>
          </p>
          <CommandLine command={secret} />
        </div>
      </div>
      <Field
        label={t`First code`}
        hint={t`Proves that the app has the secret.`}
        autoComplete="one-time-code"
        inputMode="numeric"
        value={code}
        problem={problem}
        onChange={(event) => onCode(event.target.value)}
      />
    </div>
  );
}
