/** Notifications in words. */
import type { ChannelRequest, NoticeKind } from '@tuesday/protocol';

export const NOTICE_WORDS: Readonly<Record<NoticeKind, string>> = {
  halted: 'a rollout halted',
  'halt-unacknowledged': 'nobody acknowledged a halt',
  paused: 'a rollout paused',
  'gate-passed': 'a gate passed',
  'stage-opened': 'a stage opened',
  'recall-started': 'a recall started',
  'approval-wanted': 'consent is wanted',
  'glass-broken': 'somebody broke the glass',
  'review-overdue': 'a review is overdue',
  'watch-wanted': 'somebody must say that they watch',
  'new-value': 'a value is new in the fleet',
  'unknown-code': 'an undocumented code was seen',
  'unknown-code-spreads': 'an undocumented code spreads',
  test: 'tests',
};

export type By = ChannelRequest['to']['by'];

interface ByWords {
  label: string;
  /** Of the field for the address. */
  to: string;
  placeholder: string;
  /** Of the field for the key, where the service wants one. */
  key?: string;
}

export const BY_WORDS: Readonly<Record<By, ByWords>> = {
  email: { label: 'E-mail', to: 'Addresses, with commas between them', placeholder: 'on-call@example.com' },
  slack: { label: 'Slack', to: 'Address of the incoming webhook', placeholder: 'https://hooks.slack.com/…' },
  teams: { label: 'Teams', to: 'Address of the workflow', placeholder: 'https://…' },
  webhook: {
    label: 'Webhook (Standard Webhooks)',
    to: 'Address',
    placeholder: 'https://example.com/tuesday',
  },
  pagerduty: {
    label: 'PagerDuty',
    to: 'Address (may be left out)',
    placeholder: 'https://events.pagerduty.com/v2/enqueue',
    key: 'Routing key',
  },
  opsgenie: {
    label: 'Opsgenie',
    to: 'Address (may be left out)',
    placeholder: 'https://api.opsgenie.com/v2/alerts',
    key: 'API key',
  },
};

/** "everything", or what goes there. */
export function kindsWords(kinds: readonly NoticeKind[]): string {
  return kinds.length === 0 ? 'everything' : kinds.map((kind) => NOTICE_WORDS[kind]).join(', ');
}
