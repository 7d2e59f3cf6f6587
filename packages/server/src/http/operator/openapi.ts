/** The OpenAPI 3.1 document, printed from the route table and the schemas of the device protocol. */
import {
  checkInAnswerSchema,
  checkInSchema,
  enrolAnswerSchema,
  enrolRequestSchema,
  hookMessageSchema,
  outcomeAnswerSchema,
  outcomeSchema,
  PERMISSIONS,
  progressSchema,
  refusedSchema,
  type Route,
  routes,
} from '@tuesday/protocol';
import * as z from 'zod';

type Json = Record<string, unknown>;

const REFUSED = { $ref: '#/components/responses/Refused' };

export function openApi(): Json {
  const paths: Record<string, Json> = {};
  const add = (path: string, method: string, operation: Json) => {
    (paths[braced(path)] ??= {})[method.toLowerCase()] = operation;
  };
  for (const [name, route] of Object.entries<Route>(routes))
    add(route.path, route.method, operationOf(name, route));
  for (const [path, method, operation] of deviceOperations()) add(path, method, operation);
  return {
    openapi: '3.1.0',
    info: {
      title: 'Tuesday',
      version: '0.1.0',
      description: 'Over-the-air updates for device fleets: operator API and device protocol, version 1.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [
      { url: '/', description: 'The fleet of the token, or one’s own; for devices the first fleet' },
      { url: '/fleets/{fleet}', variables: { fleet: { default: 'main' } } },
    ],
    tags: [{ name: 'operator' }, { name: 'device' }],
    paths,
    components: {
      securitySchemes: {
        operator: {
          type: 'http',
          scheme: 'bearer',
          description: 'Operator token, `tso1.…`, or session, `tss1.…`',
        },
        session: { type: 'apiKey', in: 'cookie', name: 'tuesday_session' },
        device: { type: 'http', scheme: 'bearer', description: 'Device token, `tsd1.…` or `tsd2.<fleet>.…`' },
        fleet: { type: 'http', scheme: 'bearer', description: 'Fleet key, `tsf1.…` or `tsf2.<fleet>.…`' },
      },
      responses: {
        Refused: {
          description: 'A refusal: a code, the reason, and what to do.',
          content: { 'application/json': { schema: schemaOf(refusedSchema, 'output') } },
        },
      },
    },
  };
}

function operationOf(name: string, route: Route): Json {
  const operation: Json = {
    operationId: name,
    tags: ['operator'],
    summary: route.summary,
    description: `Needs: ${needsWords(route.needs)}.`,
    security: route.needs === 'open' ? [] : [{ operator: [] }, { session: [] }],
    parameters: [...parametersOf(route.params, 'path'), ...parametersOf(route.query, 'query')],
    responses: { [route.answer === 'redirect' ? 302 : 200]: answerOf(route), default: REFUSED },
  };
  if (route.body !== undefined) operation['requestBody'] = bodyOf(route.body);
  return operation;
}

function needsWords(needs: Route['needs']): string {
  if (needs === 'open') return 'no sign-in';
  if (needs === 'self') return 'to be signed in';
  return needs === 'installation' ? 'the token of the first run' : PERMISSIONS[needs].join(' or ');
}

function answerOf({ answer, event }: Route): Json {
  if (answer === 'redirect') return { description: 'A page for the browser' };
  if (answer === 'text') return { description: 'A file', content: { 'text/plain': { schema: {} } } };
  if (answer !== 'events') return json('As asked', schemaOf(answer, 'output'));
  const schema = event ? schemaOf(event, 'output') : {};
  return {
    description:
      'Server-sent events; `data` of each is the JSON below, `id` is where to go on with `Last-Event-ID`.',
    content: { 'text/event-stream': { schema } },
  };
}

function bodyOf(body: z.ZodType | 'bytes' | 'raw'): Json {
  if (body === 'raw')
    return {
      required: true,
      content: { 'application/json': { schema: schemaOf(hookMessageSchema, 'input') } },
    };
  if (body === 'bytes') {
    return { required: true, content: { 'application/octet-stream': { schema: {} } } };
  }
  return { required: true, content: { 'application/json': { schema: schemaOf(body, 'input') } } };
}

function parametersOf(schema: z.ZodType | undefined, place: 'path' | 'query'): Json[] {
  if (!schema) return [];
  const { properties = {}, required = [] } = schemaOf(schema, 'input') as {
    properties?: Record<string, Json>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, of]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    schema: of,
  }));
}

function deviceOperations(): [path: string, method: string, operation: Json][] {
  const post = (
    name: string,
    summary: string,
    key: 'device' | 'fleet',
    body: z.ZodType,
    answer: z.ZodType,
  ): [string, string, Json] => [
    `/device/v1/${name}`,
    'post',
    {
      operationId: `device.${name}`,
      tags: ['device'],
      summary,
      security: [{ [key]: [] }],
      requestBody: bodyOf(body),
      responses: { 200: json('As asked', schemaOf(answer, 'output')), default: REFUSED },
    },
  ];
  return [
    post(
      'enrol',
      'Exchange the fleet key for a device token',
      'fleet',
      enrolRequestSchema,
      enrolAnswerSchema,
    ),
    post(
      'check-in',
      'Say how the device is; hear what it may do',
      'device',
      checkInSchema,
      checkInAnswerSchema,
    ),
    post(
      'progress',
      'How far the update is; the last one wins',
      'device',
      progressSchema,
      outcomeAnswerSchema,
    ),
    post('outcomes', 'A durable fact of one offer', 'device', outcomeSchema, outcomeAnswerSchema),
    [
      '/device/v1/trust/metadata/:file',
      'get',
      {
        operationId: 'device.metadata',
        tags: ['device'],
        summary: 'TUF metadata: timestamp.json, <n>.root.json, <n>.snapshot.json, <n>.targets.json',
        security: [],
        parameters: [pathParameter('file')],
        responses: { 200: json('TUF metadata', {}), default: REFUSED },
      },
    ],
    [
      '/device/v1/trust/targets/:version/:file',
      'get',
      {
        operationId: 'device.artifact',
        tags: ['device'],
        summary: 'Artifact bytes, whole or by Range; the file is <sha256>.<hardware>.bundle',
        security: [{ device: [] }],
        parameters: [pathParameter('version'), pathParameter('file')],
        responses: {
          200: { description: 'The whole', content: { 'application/octet-stream': { schema: {} } } },
          206: { description: 'The part', content: { 'application/octet-stream': { schema: {} } } },
          416: { description: 'The range begins after the end' },
          default: REFUSED,
        },
      },
    ],
  ];
}

function pathParameter(name: string): Json {
  return { name, in: 'path', required: true, schema: { type: 'string' } };
}

function json(description: string, schema: Json): Json {
  return { description, content: { 'application/json': { schema } } };
}

/** `:name` → `{name}`. */
export function braced(path: string): string {
  return path.replaceAll(/:([a-z]+)/g, '{$1}');
}

function schemaOf(schema: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema: _, ...plain } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return plain;
}
