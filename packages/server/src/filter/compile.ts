/**
 * Filter → SQL over `devices d` and `contacts c`. Whatever somebody wrote goes as a parameter. Nothing
 * negates but `IS NOT TRUE`, for which null is no: so `!=` is exactly what `==` is not, and indexes stay usable.
 */
import { type RawBuilder, sql } from 'kysely';
import type { Filter, Pattern, Subject, Test } from './filter.ts';
import type { Known } from './known.ts';

type Condition = RawBuilder<boolean>;
type Text = RawBuilder<string | null>;

export function compile(filter: Filter | null, known: Known): Condition {
  if (filter === null) return sql<boolean>`true`;
  if (filter.kind === 'and' || filter.kind === 'or') {
    const [left, right] = [compile(filter.of[0], known), compile(filter.of[1], known)];
    return filter.kind === 'and' ? sql`(${left} AND ${right})` : sql`(${left} OR ${right})`;
  }
  return test(filter, known);
}

function test(one: Test, known: Known): Condition {
  switch (one.kind) {
    case 'time': {
      const column = one.of === 'lastSeen' ? sql`c.last_seen` : sql`d.enrolled_at`;
      return sql`${column} ${sql.raw(one.order)} ${one.at}::bigint`;
    }
    case 'version':
      return sql`${RUNNING} = ANY(${known.versionsIn(one)}::text[])`;
    case 'match': {
      const fits = match(one.subject, one.patterns, known);
      return one.not ? sql`(${fits}) IS NOT TRUE` : fits;
    }
    default:
      return one satisfies never;
  }
}

const RUNNING = sql<string | null>`running_version(d.report)`;

function match(subject: Subject, patterns: readonly Pattern[], known: Known): Condition {
  switch (subject.of) {
    case 'id':
      return fitting(sql`d.device`, patterns);
    case 'hardware':
      return fitting(sql`d.hardware`, patterns);
    case 'version':
      return fitting(RUNNING, patterns);
    case 'healthy':
      return fitting(sql`coalesce(d.report #>> '{health,ok}', 'unknown')`, patterns);
    case 'held':
      return fitting(sql`CASE WHEN d.held IS NULL THEN 'false' ELSE 'true' END`, patterns);
    case 'environment': {
      const value = valueOf(subject.attribute);
      const spellings = known.spellingsOf(subject.attribute, patterns);
      const raw = fitting(value, patterns);
      return spellings.length === 0 ? raw : sql`(${raw} OR ${value} = ANY(${spellings}::text[]))`;
    }
    case 'error':
      return listed('errors', sql`'0x' || coalesce(nullif(ltrim(substr(u.one, 3), '0'), ''), '0')`, patterns);
    case 'wentBackFrom':
      return listed('rolledBackFrom', sql`u.one`, patterns);
    case 'rollout':
      return member(fitting(sql`m.rollout`, patterns));
    case 'release':
      return member(fitting(sql`r.release`, patterns));
    case 'state':
      return member(sql`${standsIn(subject.rollout)} AND ${fitting(SHOWN_STATE, patterns)}`);
    case 'reason':
      return member(sql`${standsIn(subject.rollout)} AND ${fitting(sql`m.because`, patterns)}`);
    default:
      return subject satisfies never;
  }
}

/** Enrolment and the slots say more than the device says about itself, as in the counts of the inventory. */
function valueOf(attribute: string): Text {
  if (attribute === 'hardware') return sql`CASE WHEN d.report IS NOT NULL THEN d.hardware END`;
  if (attribute === 'version') return RUNNING;
  return sql`d.report -> 'environment' ->> ${attribute}::text`;
}

/** One of the texts in a list of the report. */
function listed(list: 'errors' | 'rolledBackFrom', one: Text, patterns: readonly Pattern[]): Condition {
  const all = sql`d.report -> ${sql.lit(list)}`;
  return sql`(${all} <> '[]' AND EXISTS (
    SELECT FROM jsonb_array_elements_text(${all}) AS u (one) WHERE ${fitting(one, patterns)}))`;
}

function member(fits: Condition): Condition {
  return sql`EXISTS (SELECT FROM members m JOIN rollouts r ON r.rollout = m.rollout
    WHERE m.device = d.device AND ${fits})`;
}

function standsIn(rollout: string | null): Condition {
  if (rollout !== null) return sql`m.rollout = ${rollout}`;
  return sql`NOT EXISTS (SELECT FROM members n JOIN rollouts s ON s.rollout = n.rollout
    WHERE n.device = m.device AND (s.created_at, s.rollout) > (r.created_at, r.rollout))`;
}

/** As people see it: waiting in an opened stage is pending, and silence there counts as silence. */
const SHOWN_STATE = sql<string>`CASE WHEN r.state -> 'openedAt' -> (m.stage::text) IS NULL THEN m.state
  WHEN m.state = 'waiting' THEN 'pending' WHEN m.state = 'waiting-silent' THEN 'silent' ELSE m.state END`;

function fitting(text: Text, patterns: readonly Pattern[]): Condition {
  const exact = patterns.filter((pattern) => !pattern.includes('*'));
  const likes = patterns.filter((pattern) => pattern.includes('*')).map(likeOf);
  const parts = likes.map((like) => sql<boolean>`${text} LIKE ${like}`);
  if (exact.length === 1) parts.push(sql`${text} = ${exact[0]}`);
  else if (exact.length > 1) parts.push(sql`${text} = ANY(${exact}::text[])`);
  return parts.length === 1 ? (parts[0] as Condition) : sql`(${sql.join(parts, sql` OR `)})`;
}

function likeOf(pattern: Pattern): string {
  return pattern.replaceAll(/[\\%_]/g, String.raw`\$&`).replaceAll('*', '%');
}
