import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import { type SubmitEvent, useState } from 'react';
import { devicePath, go } from '../route.ts';
import { Button } from '../ui/button.tsx';
import { Field } from '../ui/field.tsx';

/** Leads to the page of one device. */
export function FindDevice() {
  const [device, setDevice] = useState('');
  const missing = device.trim() === '' ? t`Write the id of a device.` : undefined;
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (missing === undefined) go(devicePath(device.trim()));
  };
  return (
    <form className="mt-6 flex flex-wrap items-end gap-3 border-t border-line pt-5" onSubmit={submit}>
      <Field label={t`Device`} value={device} onChange={(event) => setDevice(event.target.value)} />
      <Button kind="quiet" small type="submit">
        <Trans>Show it</Trans>
      </Button>
    </form>
  );
}
