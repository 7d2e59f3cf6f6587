import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import type { CampaignDeviceView, CampaignStanding, CampaignView } from '@tuesday/protocol';
import { Download } from 'lucide-react';
import { useState } from 'react';
import { call, pathOf } from '../api.ts';
import { useSession } from '../session/context.ts';
import { devicePath } from '../route.ts';
import { bothWords } from '../time.ts';
import { Answered } from '../ui/answered.tsx';
import { Card } from '../ui/card.tsx';
import { Choice } from '../ui/field.tsx';
import { Link } from '../ui/link.tsx';
import { Chip } from '../ui/tone-icon.tsx';
import { useAsked } from '../ui/use-asked.ts';
import { DeviceActs } from './device-acts.tsx';
import { RoadMarks } from './road-marks.tsx';
import { STANDING_TONES, STANDINGS } from './words.ts';

interface Props {
  view: CampaignView;
  onChanged: () => Promise<void>;
}

const CHOICES = [['', t`all of them`] as const, ...STANDINGS];
const SHOWN = 50;

export function DevicesCard({ view, onChanged }: Props) {
  const [standing, setStanding] = useState('');
  const { recovery } = view;
  const query = { limit: SHOWN, ...(standing === '' ? {} : { standing: standing as CampaignStanding }) };
  const ask = () => call('listRecoveryDevices', { params: { recovery }, query });
  const asked = useAsked(`devices of ${recovery} ${standing}`, ask, 5_000, [
    `recovery ${recovery}`,
    'devices',
  ]);
  const changed = async () => {
    await Promise.all([onChanged(), asked.again()]);
  };
  return (
    <Card
      title={t`Devices and their roads`}
      lead={t`An open road is filled, a closed one is struck through.`}
    >
      <div className="mt-4 flex flex-wrap items-end gap-3">
        <Choice
          label={t`Show`}
          className="min-w-48"
          value={standing}
          options={CHOICES}
          onChoose={setStanding}
        />
        <a
          href={pathOf('listRecoveryTechnicians', { recovery })}
          download={`technicians-${recovery}.csv`}
          className="flex min-h-12 items-center gap-2 rounded-lg border border-line-strong bg-surface px-3 text-sm font-semibold hover:bg-sunken"
        >
          <Download size={16} aria-hidden /> <Trans>Technicians as CSV</Trans>
        </a>
      </div>
      <Answered asked={asked} what={t`the devices`} quiet>
        {({ devices, next }) => (
          <>
            {devices.length === 0 && (
              <p className="mt-4 text-sm text-ink-2">
                <Trans>None stands like this.</Trans>
              </p>
            )}
            <ul className="rows mt-2">
              {devices.map((one) => (
                <Row key={one.device} one={one} view={view} onChanged={changed} />
              ))}
            </ul>
            {next !== null && (
              <p className="mt-2 text-sm text-ink-2">
                <Trans>
                  These are the first {SHOWN}. All of them:{' '}
                  <code className="font-mono">tuesday recovery devices {recovery}</code>
                </Trans>
              </p>
            )}
          </>
        )}
      </Answered>
    </Card>
  );
}

interface RowProps extends Props {
  one: CampaignDeviceView;
}

function Row({ one, view, onChanged }: RowProps) {
  const { zone } = useSession().session;
  const { device, hardware, standing, because, version, lastSeen, day } = one;
  return (
    <li className="grid gap-x-6 gap-y-2 py-4 sm:grid-cols-[1fr_auto]">
      <div className="min-w-0">
        <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <Link to={devicePath(device)} className="link num inline-block py-0.5 font-semibold">
            {device}
          </Link>
          <Chip tone={STANDING_TONES[standing]}>
            {day === null
              ? (STANDINGS.find(([key]) => key === standing)?.[1] ?? standing)
              : t`technician, day ${day}`}
          </Chip>
        </p>
        <p className="num mt-1 text-sm text-ink-2">
          <Trans>
            {hardware}, runs {version ?? t`nothing known`},{' '}
            {lastSeen === null ? t`never seen` : t`seen ${bothWords(lastSeen, zone)}`}
          </Trans>
        </p>
        <p className="mt-1 text-sm text-pretty wrap-anywhere">{because}</p>
        <RoadMarks one={one} />
      </div>
      <DeviceActs one={one} view={view} onChanged={onChanged} />
    </li>
  );
}
