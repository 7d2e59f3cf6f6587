import { t } from '@lingui/core/macro';
import { useId } from 'react';
import { Card } from '../ui/card.tsx';
import { DropArea } from './drop-area.tsx';
import { PickedFile } from './picked-file.tsx';
import type { FieldsProps } from './publish-rules.tsx';
import type { DraftHolder } from './use-draft.ts';

interface Props extends FieldsProps {
  holder: DraftHolder;
  hardware: readonly string[];
}

/** The bytes, one file for each hardware model. */
export function PublishFiles({ draft, problem, leave, holder, hardware }: Props) {
  const suggestions = useId();
  return (
    <Card
      title={t`What devices run`}
      lead={t`One file for each hardware model. Its digest is computed here and signed later.`}
    >
      <div className="mt-4 grid gap-3">
        <DropArea
          multiple
          label={t`Artifacts`}
          hint={t`The hardware is guessed from the file’s name; look whether it is right.`}
          problem={problem('artifacts')}
          onFiles={(files) => holder.add(files, hardware)}
        />
        {draft.files.length > 0 && (
          <ul className="grid gap-3">
            {draft.files.map((picked, index) => (
              <PickedFile
                key={picked.id}
                picked={picked}
                suggestions={suggestions}
                problem={problem(`artifacts.${index}.hardware`)}
                fileProblem={
                  picked.broken ?? problem(`artifacts.${index}.size`) ?? problem(`artifacts.${index}.sha256`)
                }
                onHardware={(name) => holder.rename(picked.id, name)}
                onLeave={() => leave(`artifacts.${index}.hardware`)}
                onRemove={() => holder.remove(picked.id)}
              />
            ))}
          </ul>
        )}
        <datalist id={suggestions}>
          {hardware.map((one) => (
            <option key={one}>{one}</option>
          ))}
        </datalist>
      </div>
    </Card>
  );
}
