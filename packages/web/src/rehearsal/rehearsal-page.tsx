import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import { readWhatIf, type WhatIf, whatIfText } from '@tuesday/simulator/what-if';
import { useState } from 'react';
import { move, useSearch } from '../route.ts';
import { Answered } from '../ui/answered.tsx';
import { Screen } from '../ui/screen.tsx';
import { addressOf, type Asked, readAddress } from './address.ts';
import { AskedList } from './asked-list.tsx';
import { Board } from './board.tsx';
import { PlanCard } from './plan-card.tsx';
import { Starters } from './starters.tsx';
import { useWhatIfs } from './use-what-ifs.ts';
import { type Ground, type Live, useWorld } from './use-world.ts';
import { WhatIfForm } from './what-if-form.tsx';

/** What-ifs against the live fleet, played in this browser; everything that was asked stands in the address. */
export default function RehearsalPage() {
  const asked = readAddress(useSearch());
  const live = useWorld(asked);
  return (
    <Screen
      title={t`Rehearsal`}
      lead={t`Ask what might go wrong and watch it happen to the fleet as it is now. It is played in this browser: no device hears of it.`}
    >
      <Answered asked={live.ground} what={t`the fleet`} command="tuesday rehearse --plan plan.yaml --friday">
        {(ground) =>
          ground.world.composition.devices === 0 ? (
            <p className="card p-5 text-ink-2">
              <Trans>
                No device has reported yet, so there is no fleet to rehearse with. From a terminal it can be
                played with an example:{' '}
                <code className="font-mono">tuesday rehearse --plan plan.yaml --friday</code>
              </Trans>
            </p>
          ) : (
            <Playground asked={asked} live={live} ground={ground} />
          )
        }
      </Answered>
    </Screen>
  );
}

interface Props {
  asked: Asked;
  live: Live;
  ground: Ground;
}

function Playground({ asked, live, ground }: Props) {
  const { whatIfs } = asked;
  const playing = useWhatIfs(ground.key, ground.world, whatIfs);
  const [editing, setEditing] = useState<WhatIf | 'new'>();
  // Who opens the address later is to see it as of the same moment.
  const ask = (next: readonly WhatIf[], more: Partial<Asked> = {}) =>
    move(addressOf({ ...asked, at: asked.at ?? ground.world.now, whatIfs: onlyOnce(next), ...more }));
  const add = (more: readonly WhatIf[]) => ask([...whatIfs, ...more]);
  const save = (one: WhatIf) =>
    editing === 'new' ? add([one]) : ask(whatIfs.map((other) => (other === editing ? one : other)));
  return (
    <div className="grid items-start gap-6 lg:grid-cols-[22rem_minmax(0,1fr)]">
      <div className="grid min-w-0 gap-6 max-lg:order-2">
        <PlanCard ground={ground} onChoose={(plan) => move(addressOf({ ...asked, at: undefined, plan }))} />
        <AskedList
          asked={asked}
          onEdit={(one) => setEditing(one)}
          onRemove={(one) => ask(whatIfs.filter((other) => other !== one))}
          onNew={() => setEditing('new')}
        />
        {whatIfs.length > 0 && (
          <Starters quiet composition={ground.world.composition} asked={whatIfs} onAsk={add} />
        )}
      </div>
      <div className="grid min-w-0 gap-6">
        {whatIfs.length === 0 ? (
          <Starters composition={ground.world.composition} asked={whatIfs} onAsk={add} />
        ) : (
          <Board
            asked={asked}
            live={live}
            ground={ground}
            playing={playing}
            onSeed={(seed) => ask(whatIfs, { seed })}
          />
        )}
      </div>
      {editing !== undefined && (
        <WhatIfForm
          first={editing === 'new' ? undefined : editing}
          composition={ground.world.composition}
          onSave={save}
          onClose={() => setEditing(undefined)}
        />
      )}
    </div>
  );
}

/** The same question twice is one; what is said as text is what is asked. */
function onlyOnce(whatIfs: readonly WhatIf[]): WhatIf[] {
  return [...new Set(whatIfs.map(whatIfText))].flatMap((line) => readWhatIf(line).whatIf ?? []);
}
