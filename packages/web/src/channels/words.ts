/** Notifications in words. */
import { t } from '@lingui/core/macro';
import type { ChannelRequest, NoticeKind } from '@tuesday/protocol';

export const NOTICE_WORDS: Readonly<Record<NoticeKind, string>> = {
  halted: t`a rollout halted`,
  'halt-unacknowledged': t`nobody acknowledged a halt`,
  paused: t`a rollout paused`,
  'gate-passed': t`a gate passed`,
  'stage-opened': t`a stage opened`,
  'recall-started': t`a recall started`,
  'approval-wanted': t`consent is wanted`,
  'glass-broken': t`somebody broke the glass`,
  'review-overdue': t`a review is overdue`,
  'watch-wanted': t`somebody must say that they watch`,
  'new-value': t`a value is new in the fleet`,
  'unknown-code': t`an undocumented code was seen`,
  'unknown-code-spreads': t`an undocumented code spreads`,
  test: t`tests`,
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
  email: { label: t`E-mail`, to: t`Addresses, with commas between them`, placeholder: 'on-call@example.com' },
  slack: { label: 'Slack', to: t`Address of the incoming webhook`, placeholder: 'https://hooks.slack.com/…' },
  teams: { label: 'Teams', to: t`Address of the workflow`, placeholder: 'https://…' },
  webhook: {
    label: t`Webhook (Standard Webhooks)`,
    to: t`Address`,
    placeholder: 'https://example.com/tuesday',
  },
  pagerduty: {
    label: 'PagerDuty',
    to: t`Address (may be left out)`,
    placeholder: 'https://events.pagerduty.com/v2/enqueue',
    key: t`Routing key`,
  },
  opsgenie: {
    label: 'Opsgenie',
    to: t`Address (may be left out)`,
    placeholder: 'https://api.opsgenie.com/v2/alerts',
    key: t`API key`,
  },
};

/** "everything", or what goes there. */
export function kindsWords(kinds: readonly NoticeKind[]): string {
  return kinds.length === 0 ? t`everything` : kinds.map((kind) => NOTICE_WORDS[kind]).join(', ');
}
