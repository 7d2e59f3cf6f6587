import { plural, t } from '@lingui/core/macro';
import { Card } from '../ui/card.tsx';
import type { FieldsProps } from './publish-rules.tsx';
import { YamlDrop } from './yaml-drop.tsx';

/** A YAML parser and the schemas come only to whoever drops a file. */
const files = () => import('@tuesday/protocol/files');

/** What the codes mean, and which of them the binary can raise. */
export function PublishCodes({ draft, change, problem }: FieldsProps) {
  return (
    <Card
      title={t`Error codes`}
      lead={t`A code that reaches a customer must mean something to whoever answers the phone. Devices show the codes; support and customers read what the file says.`}
    >
      <div className="mt-4 grid items-start gap-x-4 gap-y-5 sm:grid-cols-2">
        <YamlDrop
          label={t`Error codes (YAML)`}
          hint={t`A list with code, title, meaning, customer, severity and failsHealth.`}
          dropped={draft.codes}
          problem={problem('errorCodes')}
          read={async (text) => (await files()).readCodesText(text)}
          found={(codes) =>
            t`documents ${some(
              codes.map(({ code }) => code),
              plural(codes.length, { one: '1 code', other: `${codes.length} codes` }),
            )}`
          }
          onDropped={(codes) => change({ codes })}
        />
        <YamlDrop
          label={t`What the binary can raise (YAML)`}
          hint={t`A list of codes and ranges, for instance 0x40-0x4F. tuesday codes extract makes it from a header.`}
          dropped={draft.raises}
          problem={problem('raises')}
          read={async (text) => (await files()).readRaisesText(text)}
          found={(raises) =>
            t`names ${some(raises, plural(raises.length, { one: '1 code or range', other: `${raises.length} codes and ranges` }))}`
          }
          onDropped={(raises) => change({ raises })}
        />
      </div>
    </Card>
  );
}

/** "3 codes: 0x11, 0x31, 0x45" */
function some(names: readonly string[], count: string): string {
  const shown = names.slice(0, 6).join(', ');
  const more = names.length > 6 ? t` and ${names.length - 6} more` : '';
  return `${count}: ${shown}${more}`;
}
