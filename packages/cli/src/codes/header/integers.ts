/**
 * Integers as C computes with them (ISO/IEC 9899:2011, 6.3.1 and 6.5), where `int` has 32 bits and `long` has 64.
 * Expected failures are words; what C leaves undefined is one of them.
 */

export interface Integer {
  readonly value: bigint;
  readonly bits: 8 | 16 | 32 | 64;
  readonly unsigned: boolean;
}

/** Why there is no value, in words that go on from "it". */
export class NoValue extends Error {
  override readonly name = 'NoValue';
}

export type Shape = Pick<Integer, 'bits' | 'unsigned'>;
const INT: Shape = { bits: 32, unsigned: false };

export const intOf = (value: bigint): Integer => ({ value, ...INT });

/** Conversion, as a cast does it. */
export function convert(value: bigint, { bits, unsigned }: Shape): Integer {
  return { value: unsigned ? BigInt.asUintN(bits, value) : BigInt.asIntN(bits, value), bits, unsigned };
}

function fits(value: bigint, shape: Shape): boolean {
  return convert(value, shape).value === value;
}

const LITERAL = /^(?:0x([0-9a-f]+)|0b([01]+)|(0[0-7]*)|([1-9][0-9]*))(u?l{0,2}|l{1,2}u)$/i;

/** 6.4.4.1: the first type that holds it; a decimal one without `u` is never unsigned. */
export function literal(text: string): Integer {
  // No 64 bits have as many digits; reading them would take its time.
  const digits = text.length > 100 ? '' : text.replaceAll("'", '');
  const [, hex, binary, octal, decimal, suffix = ''] = LITERAL.exec(digits) ?? [];
  const written =
    (hex && `0x${hex}`) ?? (binary && `0b${binary}`) ?? (octal && `0o${octal}`) ?? decimal ?? undefined;
  if (written === undefined) throw new NoValue(`holds ${short(text)}, which is not a whole number`);
  const value = BigInt(written);
  const isUnsigned = /u/i.test(suffix);
  const isLong = /l/i.test(suffix);
  const shapes: Shape[] = ([32, 64] as const).flatMap((bits) =>
    isLong && bits === 32
      ? []
      : [
          ...(isUnsigned ? [] : [{ bits, unsigned: false }]),
          ...(isUnsigned || decimal === undefined ? [{ bits, unsigned: true }] : []),
        ],
  );
  const shape = shapes.find((one) => fits(value, one));
  if (!shape) throw new NoValue(`holds ${short(text)}, which is beyond 64 bits`);
  return { value, ...shape };
}

export function short(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}

/** Integer promotion: what is narrower than `int` becomes `int`. */
function promote(one: Integer): Integer {
  return one.bits < 32 ? { value: one.value, ...INT } : one;
}

function common(left: Integer, right: Integer): [bigint, bigint, Shape] {
  const [a, b] = [promote(left), promote(right)];
  const bits = a.bits === 64 || b.bits === 64 ? 64 : 32;
  const unsigned = [a, b].some((one) => one.unsigned && one.bits === bits);
  const shape: Shape = { bits, unsigned };
  return [convert(a.value, shape).value, convert(b.value, shape).value, shape];
}

/** Unsigned numbers wrap around; signed ones must not. */
function result(value: bigint, { bits, unsigned }: Shape): Integer {
  const shape = { bits, unsigned };
  if (unsigned) return convert(value, shape);
  if (!fits(value, shape)) throw new NoValue('overflows, which C does not define');
  return { value, ...shape };
}

const ARITHMETIC: Readonly<Record<string, (a: bigint, b: bigint) => bigint>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '%': (a, b) => a % b,
  '&': (a, b) => a & b,
  '|': (a, b) => a | b,
  '^': (a, b) => a ^ b,
};

/** @throws NoValue */
export function binary(operator: string, left: Integer, right: Integer): Integer {
  if (operator === '<<' || operator === '>>') return shift(operator, promote(left), promote(right).value);
  const [a, b, shape] = common(left, right);
  if ((operator === '/' || operator === '%') && b === 0n) throw new NoValue('divides by zero');
  const compute = ARITHMETIC[operator];
  if (!compute) throw new NoValue(`holds ${operator}, which is not computed`);
  return result(compute(a, b), shape);
}

function shift(operator: '<<' | '>>', left: Integer, by: bigint): Integer {
  if (by < 0n || by >= BigInt(left.bits)) throw new NoValue(`shifts ${left.bits} bits by ${by}`);
  if (operator === '>>') return { ...left, value: left.value >> by };
  if (!left.unsigned && left.value < 0n) throw new NoValue('shifts a negative number to the left');
  // `1 << 31` is beyond int by the letter; every compiler takes it for the sign bit, and headers are full of it.
  return convert(left.value << by, left);
}

/** @throws NoValue */
export function unary(operator: string, operand: Integer): Integer {
  const one = promote(operand);
  switch (operator) {
    case '+':
      return one;
    case '-':
      return result(-one.value, one);
    case '~':
      return convert(~one.value, one);
    default:
      throw new NoValue(`holds ${operator}, which is not computed`);
  }
}
