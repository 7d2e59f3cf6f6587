import { t } from '@lingui/core/macro';
import { People } from '../people/people.tsx';
import { SETTINGS, type SettingsPart } from '../route.ts';
import { TokensCard } from '../tokens/tokens-card.tsx';
import { Channels } from '../channels/channels.tsx';
import { Link } from '../ui/link.tsx';
import { Screen } from '../ui/screen.tsx';
import { PolicyCard } from './policy-card.tsx';

const TITLES: Readonly<Record<SettingsPart, string>> = {
  people: t`People`,
  tokens: t`API tokens`,
  notifications: t`Notifications`,
  policy: t`Policy`,
};

export default function SettingsPage({ part }: { part: SettingsPart }) {
  return (
    <Screen narrow title={t`Settings`} tab={t`${TITLES[part]}, settings`}>
      <nav aria-label={t`Settings`} className="-mx-4 overflow-x-auto px-4 sm:mx-0 sm:px-0">
        <ul className="flex gap-1">
          {SETTINGS.map((one) => (
            <li key={one}>
              <Link
                to={`/settings/${one}`}
                current={one === part}
                className={`grid min-h-11 place-items-center rounded-lg px-3 text-sm font-semibold whitespace-nowrap hover:bg-sunken ${one === part ? 'bg-accent-soft text-accent' : 'text-ink-2'}`}
              >
                {TITLES[one]}
              </Link>
            </li>
          ))}
        </ul>
      </nav>
      <Part part={part} />
    </Screen>
  );
}

function Part({ part }: { part: SettingsPart }) {
  switch (part) {
    case 'people':
      return <People />;
    case 'tokens':
      return <TokensCard />;
    case 'notifications':
      return <Channels />;
    case 'policy':
      return <PolicyCard />;
    default:
      return part satisfies never;
  }
}
