/** What a filter can ask for. The one list: parser, suggestions and documents read it. */
import { type FieldKind, memberStateSchema } from '@tuesday/protocol';

export interface Field {
  /** As it is written; `environment.` and `state.` go on with a name. */
  readonly field: string;
  readonly kind: FieldKind;
  readonly means: string;
  readonly example: string;
  /** What a choice is between. */
  readonly choices?: readonly string[];
  /** What may follow after a dot. */
  readonly after?: 'attribute' | 'rollout';
  /** It cannot stand without what follows. */
  readonly needsMore?: boolean;
}

const STATES = memberStateSchema.options;

export const FIELDS: readonly Field[] = [
  { field: 'id', kind: 'text', means: 'the device’s id', example: 'id==th-00*' },
  { field: 'version', kind: 'version', means: 'what it runs', example: 'version=lt=3.2.5' },
  {
    field: 'release',
    kind: 'text',
    means: 'the release of a rollout that it is a member of, or was',
    example: 'release==3.2.5',
  },
  { field: 'hardware', kind: 'text', means: 'its hardware model', example: 'hardware==th-2' },
  {
    field: 'environment',
    kind: 'text',
    means: 'an attribute as the device reports it, or the value that it stands for',
    example: 'environment.broker=="mosquitto 2.0.18"',
    after: 'attribute',
    needsMore: true,
  },
  {
    field: 'lastSeen',
    kind: 'time',
    means: 'when it was heard last',
    example: 'lastSeen=lt=-3d',
  },
  { field: 'enrolled', kind: 'time', means: 'when it enrolled', example: 'enrolled=gt=-7d' },
  {
    field: 'healthy',
    kind: 'choice',
    means: 'what its health checks said last; unknown before its first report',
    example: 'healthy==false',
    choices: ['true', 'false', 'unknown'],
  },
  {
    field: 'held',
    kind: 'choice',
    means: 'whether it is held',
    example: 'held==true',
    choices: ['true', 'false'],
  },
  { field: 'error', kind: 'text', means: 'an error code that stands on it', example: 'error==0x45' },
  {
    field: 'wentBackFrom',
    kind: 'text',
    means: 'a version that it went back from',
    example: 'wentBackFrom==3.2.5',
  },
  {
    field: 'rollout',
    kind: 'text',
    means: 'a rollout that it is a member of, or was',
    example: 'rollout==r-7k2m',
  },
  {
    field: 'state',
    kind: 'choice',
    means: 'where it stands in the newest rollout that has it, or in the one that is named',
    example: 'state==failed',
    choices: STATES,
    after: 'rollout',
  },
  {
    field: 'reason',
    kind: 'text',
    means: 'why it stands there',
    example: 'reason.r-7k2m=="*boot attempts*"',
    after: 'rollout',
  },
];

const MATCH = ['==', '!=', '=in=', '=out='] as const;
const ORDER = ['=lt=', '=le=', '=gt=', '=ge='] as const;

export function operatorsOf(kind: FieldKind): readonly string[] {
  if (kind === 'time') return ORDER;
  return kind === 'version' ? [...MATCH, ...ORDER] : MATCH;
}

/** What people call it who come from Eclipse hawkBit. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  controllerid: 'id',
  name: 'id',
  lastcontrollerrequestat: 'lastSeen',
  createdat: 'enrolled',
  updatestatus: 'state',
  attribute: 'environment.<attribute>',
  metadata: 'environment.<attribute>',
  'installedds.version': 'version',
  'installedds.name': 'version',
  'assignedds.version': 'release',
  'assignedds.name': 'release',
  broker: 'environment.broker',
  region: 'environment.region',
  silent: 'lastSeen',
  device: 'id',
  code: 'error',
  errorcode: 'error',
};

/** Our word for somebody else's, if there is one. */
export function ourWordFor(selector: string): string | undefined {
  const lower = selector.toLowerCase();
  const own = FIELDS.find(({ field }) => field.toLowerCase() === lower);
  return own?.field ?? ELSEWHERE[lower] ?? ELSEWHERE[lower.split('.')[0] ?? ''];
}
