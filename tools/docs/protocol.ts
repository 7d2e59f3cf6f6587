/** `docs/protocol.md`: the device protocol from its schemas and golden messages. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as protocol from '@tuesday/protocol';
import * as z from 'zod';
import { root } from '../files.ts';

interface JsonSchema {
  type?: string;
  const?: unknown;
  enum?: unknown[];
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
  properties?: Record<string, JsonSchema>;
  required?: string[];
  items?: JsonSchema;
  pattern?: string;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  maxItems?: number;
}

const messages: ReadonlyArray<readonly [string, string, z.ZodType, string]> = [
  [
    'Enrolment',
    '`POST /device/v1/enrol`, `Authorization: Bearer <fleet key>`',
    protocol.enrolRequestSchema,
    'enrol-request',
  ],
  ['Enrolment, answered', 'The token is shown once.', protocol.enrolAnswerSchema, 'enrol-answer'],
  [
    'Check-in',
    '`POST /device/v1/check-in`, `Authorization: Bearer <device token>`; MQTT topic `tuesday/v1/devices/<device>/check-in`. Send the same bytes when nothing has changed.',
    protocol.checkInSchema,
    'check-in',
  ],
  [
    'Check-in, answered',
    'What the device may do, and when to check in next.',
    protocol.checkInAnswerSchema,
    'answer',
  ],
  [
    'Progress',
    '`POST /device/v1/progress`; not durable. `because`: why nothing comes just now, or why it comes in another way.',
    protocol.progressSchema,
    'progress',
  ],
  [
    'Outcome',
    '`POST /device/v1/outcomes`; answered only when durable. Repeat it until it is accepted.',
    protocol.outcomeSchema,
    'outcome',
  ],
  ['Outcome, accepted', '', protocol.outcomeAnswerSchema, 'outcome-answer'],
  ['MQTT request', 'Device to server, QoS 1.', protocol.mqttRequestSchema, 'mqtt-request'],
  [
    'MQTT answer',
    'Server to device on `tuesday/v1/devices/<device>/answers`.',
    protocol.mqttAnswerSchema,
    'mqtt-answer',
  ],
  [
    'Announcement',
    'To all devices of the first fleet on `tuesday/v1/announcements`, to those of another on `tuesday/v1/fleets/<fleet>/announcements`: check in at a random moment within the span.',
    protocol.announcementSchema,
    'announcement',
  ],
  ['Refusal', 'Body of every 4xx answer.', protocol.refusedSchema, 'refused'],
];

export function protocolMarkdown(): string {
  const folder = join(root, 'packages/protocol/golden/device-v1');
  const golden = readdirSync(folder).sort();
  const sections = messages.map(([title, how, schema, prefix]) => {
    const table = rows(
      z.toJSONSchema(schema, { unrepresentable: 'any', io: 'input' }) as JsonSchema,
      '',
      true,
    ).join('\n');
    const others = messages
      .map(([, , , other]) => other)
      .filter((other) => other !== prefix && other.startsWith(`${prefix}-`));
    const examples = golden
      .filter((file) => file === `${prefix}.json` || file.startsWith(`${prefix}-`))
      .filter((file) => !others.some((other) => file.startsWith(other)))
      .map(
        (file) => `\`${file}\`\n\n\`\`\`json\n${readFileSync(join(folder, file), 'utf8').trimEnd()}\n\`\`\``,
      );
    return `## ${title}\n\n${how}\n\n| field | value | required |\n|---|---|---|\n${table}\n\n${examples.join('\n\n')}\n`;
  });
  return `# Device protocol, version ${protocol.PROTOCOL}\n\nJSON over HTTP or MQTT; a body is at most ${protocol.DEVICE_BODY_LIMIT} bytes. Behind the address of a fleet, \`https://ota.example/fleets/acme\`, every path is the same with \`/fleets/acme\` in front; such a fleet serves its TUF metadata to its own devices, so send the device token for it, too. A device keeps fields of answers that it does not know, and treats an unknown offer as none. The examples are the frozen golden messages, byte for byte. How to write a client, in which order it does what, and how to test it: \`docs/clients.md\`.\n\n${sections.join('\n')}`;
}

function rows(schema: JsonSchema, path: string, required: boolean): string[] {
  const variants = schema.anyOf ?? schema.oneOf;
  if (variants) return variants.flatMap((variant) => rows(variant, path, required));
  if (schema.properties) {
    const wanted = new Set(schema.required);
    return Object.entries(schema.properties).flatMap(([name, inner]) =>
      rows(inner, path === '' ? name : `${path}.${name}`, wanted.has(name)),
    );
  }
  return [`| \`${path || '(body)'}\` | ${describe(schema)} | ${required ? 'yes' : 'no'} |`];
}

function describe(schema: JsonSchema): string {
  if (schema.const !== undefined) return `\`${JSON.stringify(schema.const)}\``;
  if (schema.enum) return schema.enum.map((value) => `\`${JSON.stringify(value)}\``).join(', ');
  if (schema.type === 'array')
    return `list of ${describe(schema.items ?? {})}${schema.maxItems === undefined ? '' : `, at most ${schema.maxItems}`}`;
  const limits = [
    schema.minimum === undefined ? '' : `from ${schema.minimum}`,
    schema.maximum === undefined || schema.maximum === Number.MAX_SAFE_INTEGER ? '' : `to ${schema.maximum}`,
    schema.maxLength === undefined ? '' : `at most ${schema.maxLength} characters`,
    schema.pattern === undefined ? '' : `\`${schema.pattern.replaceAll('|', '\\|')}\``,
  ].filter((text) => text !== '');
  return [schema.type ?? 'anything', ...limits].join(' ');
}
