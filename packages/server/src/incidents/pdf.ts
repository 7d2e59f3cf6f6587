/** The Markdown of a report on A4: headings, paragraphs, lists and tables, in a font that has the letters of Europe. */
import { createRequire } from 'node:module';
import Paper from 'pdfkit';

const find = createRequire(import.meta.url);
const FONTS = {
  text: find.resolve('dejavu-fonts-ttf/ttf/DejaVuSans.ttf'),
  bold: find.resolve('dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf'),
};
const SIZES: Readonly<Record<string, number>> = { '#': 20, '##': 14, '###': 10 };
const TEXT = 9;
const SMALL = 8;
const MARGIN = 50;
const LINE = '#c8d0ce';
const HEAD = '#eef1f0';

type Document = InstanceType<typeof Paper>;

export async function pdfOf(markdown: string): Promise<Buffer> {
  const blocks = markdown.trim().split('\n\n');
  const title = plain(blocks[0]?.replace(/^# /, '') ?? '');
  const document = new Paper({
    size: 'A4',
    margin: MARGIN,
    bufferPages: true,
    lang: 'en',
    displayTitle: true,
    info: { Title: title },
    font: FONTS.text,
  });
  document.registerFont('text', FONTS.text).registerFont('bold', FONTS.bold);
  const chunks: Buffer[] = [];
  document.on('data', (chunk: Buffer) => chunks.push(chunk));
  const written = new Promise((resolve, reject) => document.on('end', resolve).on('error', reject));
  for (const block of blocks) write(document, block);
  number(document, title);
  document.end();
  await written;
  return Buffer.concat(chunks);
}

function write(document: Document, block: string): void {
  const [, level, heading] = /^(#{1,3}) (.*)$/.exec(block) ?? [];
  if (level !== undefined) return writeHeading(document, SIZES[level] ?? TEXT, plain(heading ?? ''));
  if (block.startsWith('|')) return writeTable(document, block);
  document.font('text').fontSize(TEXT);
  for (const line of block.split('\n')) document.text(plain(line.replace(/^- /, '•  ')), { lineGap: 2 });
  document.moveDown(0.6);
}

function writeHeading(document: Document, size: number, text: string): void {
  // Not alone at the end of a page.
  if (document.y > document.page.height - MARGIN - 90) document.addPage();
  if (document.y > MARGIN) document.moveDown(size > TEXT ? 0.6 : 0.2);
  document.font('bold').fontSize(size).text(text);
  document.moveDown(0.3);
}

function writeTable(document: Document, block: string): void {
  const [head = [], , ...rows] = block.split('\n').map(cellsOf);
  document.font('text').fontSize(SMALL);
  document.x = MARGIN;
  document.table({
    columnStyles: widths(document, [head, ...rows]),
    defaultStyle: { padding: 3, border: 0.5, borderColor: LINE },
    rowStyles: (row) => (row === 0 ? { backgroundColor: HEAD } : {}),
    data: [head, ...rows].map((cells) => cells.map((text) => ({ text: plain(text) || ' ' }))),
  });
  document.x = MARGIN;
  document.moveDown(0.8);
}

/** The width of the page, by the longest text of each column; none is too narrow for a word. */
function widths(document: Document, rows: readonly string[][]): number[] {
  const weights = (rows[0] ?? []).map((_, column) => {
    const longest = Math.max(...rows.map((cells) => (cells[column] ?? '').length));
    return Math.min(60, Math.max(10, longest));
  });
  const all = weights.reduce((sum, weight) => sum + weight, 0);
  const width = document.page.width - 2 * MARGIN;
  return weights.map((weight) => (weight / all) * width);
}

/** Bars that stand in a cell are escaped. */
function cellsOf(line: string): string[] {
  return line
    .replace(/^\|\s?/, '')
    .replace(/\s?\|$/, '')
    .split(/\s?(?<!\\)\|\s?/);
}

function plain(markdown: string): string {
  return markdown.replaceAll(/\\([\\`*_|<>[\]])/g, '$1');
}

function number(document: Document, title: string): void {
  const { start, count } = document.bufferedPageRange();
  for (let page = start; page < start + count; page++) {
    document.switchToPage(page);
    // Below the margin, where text would otherwise begin another page.
    document.page.margins.bottom = 0;
    document
      .font('text')
      .fontSize(7)
      .text(`${title} · ${page - start + 1} of ${count}`, MARGIN, document.page.height - 35, {
        lineBreak: false,
      });
  }
}
