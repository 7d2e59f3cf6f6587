import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import type { DeviceListView } from '@tuesday/protocol';
import { devicePath } from '../route.ts';
import { useSession } from '../session/context.ts';
import { Moment } from '../ui/moment.tsx';
import { Empty } from '../ui/empty.tsx';
import { Link } from '../ui/link.tsx';
import { Chip } from '../ui/tone-icon.tsx';

type Row = DeviceListView['devices'][number];

export function DeviceRows({ devices, isAll }: { devices: readonly Row[]; isAll: boolean }) {
  if (devices.length === 0)
    return isAll ? (
      <Empty command={'tuesday fleet key --because "first devices"'}>
        <Trans>No device has enrolled yet. Issue a key and give it to them:</Trans>
      </Empty>
    ) : (
      <p className="mt-3 text-sm text-ink-2">
        <Trans>No device fits.</Trans>
      </p>
    );
  return (
    <ul className="rows mt-2">
      {devices.map((one) => (
        <DeviceRow key={one.device} one={one} />
      ))}
    </ul>
  );
}

function DeviceRow({ one: { device, hardware, version, lastSeen, healthy, environment } }: { one: Row }) {
  const { zone } = useSession().session;
  const facts = Object.values(environment).slice(0, 3);
  return (
    <li>
      <Link
        to={devicePath(device)}
        className="-mx-2 grid grid-cols-[1fr_auto] items-center gap-x-4 gap-y-1 rounded-lg px-2 py-3 hover:bg-sunken lg:grid-cols-[minmax(10rem,1.2fr)_8rem_minmax(8rem,2fr)_8rem_11rem]"
      >
        <span className="num font-semibold wrap-anywhere">{device}</span>
        <span className="num text-right font-medium lg:text-left">{version ?? t`not known`}</span>
        <span className="min-w-0 text-sm wrap-anywhere text-ink-2 max-lg:col-span-2">
          {[hardware, ...facts].join(' · ')}
        </span>
        <span>{healthy === false ? <Chip tone="bad">{t`unhealthy`}</Chip> : <Well healthy={healthy} />}</span>
        <span className="num text-right text-sm text-ink-2">
          {lastSeen === null ? t`never heard` : <Moment at={lastSeen} zone={zone} stacked />}
        </span>
      </Link>
    </li>
  );
}

function Well({ healthy }: { healthy: true | null }) {
  return <span className="text-sm text-ink-2">{healthy === null ? t`no report yet` : t`healthy`}</span>;
}
