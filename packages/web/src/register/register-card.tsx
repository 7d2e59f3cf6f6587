import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import type { RegisterView } from '@tuesday/protocol';
import { useState } from 'react';
import { call } from '../api.ts';
import { numberWords } from '../rollouts/words.ts';
import { refusalFor } from '../session/allowed.ts';
import { useSession } from '../session/context.ts';
import { bothWords } from '../time.ts';
import { Answered } from '../ui/answered.tsx';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { Empty } from '../ui/empty.tsx';
import { useAsked } from '../ui/use-asked.ts';
import { Addresses } from './addresses.tsx';
import { DeleteForm } from './delete-form.tsx';
import { ImportForm } from './import-form.tsx';

/** Where devices stand and whom to call, for technicians. Nothing is shown before somebody asks for it. */
export function RegisterCard() {
  const { account, zone } = useSession().session;
  const asked = useAsked('register', () => call('viewRegister'), 15_000, ['address register']);
  const [open, setOpen] = useState<'import' | 'delete' | 'read'>();
  const changed = async () => {
    setOpen(undefined);
    await asked.again();
  };
  return (
    <Card
      title={t`Addresses`}
      lead={t`For the list of technicians. Personal data: support and up may read it, each reading stands in the audit log, and nothing decides by it.`}
    >
      <Answered asked={asked} what={t`the register`} command="tuesday register view">
        {(view) => (
          <>
            {view.entries === 0 ? (
              <Empty command='tuesday register import customers.csv --because "from the CRM"'>
                <Trans>
                  There are none yet. Import a CSV file with a line for each device, and the list of
                  technicians of an incident says where to drive and whom to call.
                </Trans>
              </Empty>
            ) : (
              <p className="num mt-3 text-pretty">{words(view, zone)}</p>
            )}
            <div className="mt-4 flex flex-wrap items-start gap-3">
              <Button
                kind="primary"
                small
                refusal={refusalFor(account, 'operate')}
                onClick={() => setOpen('import')}
              >
                <Trans>Import a file</Trans>
              </Button>
              {view.entries > 0 && (
                <>
                  <Button
                    kind="quiet"
                    small
                    refusal={refusalFor(account, 'ticket')}
                    onClick={() => setOpen(open === 'read' ? undefined : 'read')}
                  >
                    {open === 'read' ? t`Hide them` : t`Show them`}
                  </Button>
                  <Button
                    kind="quiet"
                    small
                    refusal={refusalFor(account, 'operate')}
                    onClick={() => setOpen('delete')}
                  >
                    <Trans>Delete …</Trans>
                  </Button>
                </>
              )}
            </div>
            {open === 'read' && <Addresses />}
            {open === 'import' && <ImportForm onImported={asked.again} onClose={() => setOpen(undefined)} />}
            {open === 'delete' && (
              <DeleteForm view={view} onDeleted={changed} onClose={() => setOpen(undefined)} />
            )}
          </>
        )}
      </Answered>
    </Card>
  );
}

function words({ entries, unknown, importedAt }: RegisterView, zone: string): string {
  const strange = unknown === 0 ? '' : t` ${numberWords(unknown)} are of devices that never enrolled here.`;
  const when = importedAt === null ? '' : t`, the last of them from ${bothWords(importedAt, zone)}`;
  return t`${numberWords(entries)} addresses${when}.${strange}`;
}
