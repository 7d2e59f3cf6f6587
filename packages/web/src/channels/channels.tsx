import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import type { ChannelView } from '@tuesday/protocol';
import { BellPlus } from 'lucide-react';
import { useState } from 'react';
import { call } from '../api.ts';
import { refusalFor } from '../session/allowed.ts';
import { useSession } from '../session/context.ts';
import { Answered } from '../ui/answered.tsx';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { Empty } from '../ui/empty.tsx';
import { useAsked } from '../ui/use-asked.ts';
import { AddChannel } from './add-channel.tsx';
import { Channel } from './channel.tsx';

export function Channels() {
  const { account } = useSession().session;
  const asked = useAsked('channels', () => call('listChannels'), 10_000, [`notice channel`]);
  const [adding, setAdding] = useState(false);
  return (
    <Card
      title={t`Notifications`}
      lead={t`Where word goes when a rollout halts, consent is wanted or somebody breaks the glass.`}
    >
      <Answered asked={asked} what={t`the channels`} command="tuesday notify list">
        {({ channels }) => <List channels={channels} onChanged={asked.again} />}
      </Answered>
      <Button
        kind="primary"
        small
        className="mt-4 sm:max-w-64"
        refusal={refusalFor(account, 'administer')}
        onClick={() => setAdding(true)}
      >
        <BellPlus size={16} aria-hidden /> <Trans>Add a place</Trans>
      </Button>
      {adding && <AddChannel onAdded={() => void asked.again()} onClose={() => setAdding(false)} />}
    </Card>
  );
}

function List({ channels, onChanged }: { channels: readonly ChannelView[]; onChanged: () => Promise<void> }) {
  if (channels.length === 0)
    return (
      <Empty command="tuesday notify add on-call --by email --to on-call@example.com">
        <Trans>
          Nobody is told anything yet: a halt at night would wait for the morning. Add a place here or from a
          terminal:
        </Trans>
      </Empty>
    );
  return (
    <ul className="rows mt-2">
      {channels.map((one) => (
        <Channel key={one.channel} one={one} onChanged={onChanged} />
      ))}
    </ul>
  );
}
