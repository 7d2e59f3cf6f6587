import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { pdfOf } from './pdf.ts';

/** What a reader sees, by a program that is not ours. */
function read(pdf: Buffer, tool: string, ...args: string[]): string {
  const ran = spawnSync(tool, args, { input: pdf, encoding: 'utf8' });
  expect([ran.status, ran.stderr]).toEqual([0, '']);
  return ran.stdout;
}
const textOf = (pdf: Buffer) => read(pdf, 'pdftotext', '-layout', '-', '-');

describe('a report as PDF', () => {
  test('opens, and its headings, paragraphs, lists and tables can be read', async () => {
    const pdf = await pdfOf(
      '# Thermostat has halted\n\nIt is *not* ours.\n\n## Devices\n\n- one\n- two\n\n| what | count |\n|---|---|\n| went wrong | 1,564 |\n',
    );
    expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
    const text = textOf(pdf);
    for (const part of ['Thermostat has halted', 'Devices', '•', 'one', 'went wrong', '1,564', '1 of 1'])
      expect(text).toContain(part);
    expect(read(pdf, 'pdfinfo', '-')).toMatch(/^Title: +Thermostat has halted$/m);
  });

  test.each([
    ['letters beyond western Europe', 'żółć Ελλάδα Київ → “3.2.5”'],
    ['what would be markup', 'a | b, *c*, [d](e), `f`, <g>'],
  ])('keeps %s', async (_, words) => {
    const escaped = words.replaceAll(/([\\`*_|<>[\]])/g, '\\$1');
    const pdf = await pdfOf(`# T\n\n${escaped}\n\n| h |\n|---|\n| ${escaped} |\n`);
    expect(textOf(pdf).split(words)).toHaveLength(3);
  });

  test('a long table goes on over pages, each of which has its number, and loses no row', async () => {
    const rows = Array.from({ length: 150 }, (_, index) => `| row-${index}. | ${'word '.repeat(20)} |`);
    const pdf = await pdfOf(`# T\n\n| n | what |\n|---|---|\n${rows.join('\n')}\n`);
    const pages = Number(/^Pages: +(\d+)$/m.exec(read(pdf, 'pdfinfo', '-'))?.[1]);
    expect(pages).toBeGreaterThan(3);
    const text = textOf(pdf);
    for (let index = 0; index < 150; index++) expect(text).toContain(`row-${index}.`);
    for (let page = 1; page <= pages; page++) expect(text).toContain(`${page} of ${pages}`);
  });
});
