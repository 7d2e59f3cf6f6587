/** Texts to send, filled with what is known. Whoever sends one edits it: the product does not know the customers. */
import { type IncidentTexts, type Reader, readerSchema } from '@tuesday/protocol';
import { fillTemplate } from './template-text.ts';
import { type Facts, type Values, valuesOf } from './text-values.ts';

/** Templates of a fleet in which nobody has changed any. */
export const OWN_TEMPLATES: Readonly<Record<Reader, string>> = {
  customers: [
    'Hello,',
    'Since {since} some devices have not worked as they should because of {update}. {standing}',
    '{advice}',
    '{visits}',
    'We are sorry for the trouble.',
  ].join('\n\n'),
  support: [
    '{title}',
    '{what} {harmed-words} {healed-words}',
    '{codes-words}',
    'Ask for the serial number and write it into the ticket: a ticket that names a device counts as trouble of that device. Do not tell customers to reset or unplug it.',
    'Tickets so far: {tickets}.',
  ].join('\n\n'),
  management: [
    '{title}, since {since}.',
    '{what} {harmed-words} {healed-words}',
    'Cost so far: {cost}. If nothing more is done: {cost-if-nothing}. {whole-fleet} {prices}',
    'Next: {next}',
  ].join('\n\n'),
  status: '{headline}, {at}\n\n{public-what} It began {since}. {public-stop} {public-counts}',
};

/** @param zone of the fleet's calendar */
export function textsOf(facts: Facts, zone: string): IncidentTexts {
  return textsFrom(valuesOf(facts, zone), OWN_TEMPLATES);
}

export function textsFrom(values: Values, templates: Readonly<Record<Reader, string>>): IncidentTexts {
  const filled = readerSchema.options.map((reader) => [reader, fillTemplate(templates[reader], values)]);
  return Object.fromEntries(filled) as IncidentTexts;
}
