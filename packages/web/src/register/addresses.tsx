import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import { useState } from 'react';
import { call } from '../api.ts';
import { devicePath } from '../route.ts';
import { Answered } from '../ui/answered.tsx';
import { Button } from '../ui/button.tsx';
import { Link } from '../ui/link.tsx';
import { useAsked } from '../ui/use-asked.ts';

/** A page of the register; asked for once, because each asking is logged. */
export function Addresses() {
  const [after, setAfter] = useState<string>();
  const query = { limit: 50, ...(after === undefined ? {} : { after }) };
  const asked = useAsked(`addresses ${after ?? ''}`, () => call('listRegister', { query }), 'once');
  return (
    <Answered asked={asked} what={t`the addresses`} command="tuesday register list" quiet>
      {({ entries, next }) => (
        <>
          <ul className="rows mt-4 text-sm">
            {entries.map(({ device, customer, address, contact }) => (
              <li key={device} className="py-2.5 wrap-anywhere">
                <Link to={devicePath(device)} className="link num inline-block py-0.5 font-semibold">
                  {device}
                </Link>{' '}
                {customer !== null && <span className="font-medium">{customer}</span>}
                <span className="block text-pretty">{address}</span>
                {contact !== null && <span className="block text-ink-2">{contact}</span>}
              </li>
            ))}
          </ul>
          {next !== null && (
            <Button kind="quiet" small className="mt-3 w-fit" onClick={() => setAfter(next)}>
              <Trans>The next 50</Trans>
            </Button>
          )}
        </>
      )}
    </Answered>
  );
}
