// Money is a bigint in minor units (cents): never a number, which cannot hold a cent.

/** An amount in minor units.  "1234.5" with 2 digits is 123450n; what has no such value is a RangeError. */
export function toMinor(amount: string, digits: number): bigint {
  const [, sign, whole, fraction = ""] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(amount) ?? [];
  if (whole === undefined || fraction.length > digits) {
    throw new RangeError(`found ${amount}, allowed: digits with a decimal point and at most ${digits} after it`);
  }
  return BigInt(`${sign}${whole}${fraction.padEnd(digits, "0")}`);
}

/** An amount as people write it.  -5n with 2 digits is "-0.05". */
export function fromMinor(minor: bigint, digits: number): string {
  const text = (minor < 0n ? -minor : minor).toString().padStart(digits + 1, "0");
  const whole = text.slice(0, text.length - digits);
  return `${minor < 0n ? "-" : ""}${whole}${digits ? `.${text.slice(-digits)}` : ""}`;
}
