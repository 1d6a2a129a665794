import assert from "node:assert/strict";
import { test } from "node:test";

import { fromMinor, toMinor } from "../src/index.js";

const AMOUNTS: [string, number, bigint][] = [
  ["1234.50", 2, 123450n],
  ["-0.05", 2, -5n],
  ["0.00", 2, 0n],
  ["7", 0, 7n],
  ["0.001", 3, 1n],
  ["10000000000000.99", 2, 1000000000000099n], // beyond what a number holds with its cents
];

test("an amount is the same in minor units and in writing", () => {
  for (const [written, digits, minor] of AMOUNTS) {
    assert.equal(toMinor(written, digits), minor);
    assert.equal(fromMinor(minor, digits), written);
  }
  assert.equal(toMinor("1234.5", 2), 123450n);
});

test("what is no amount of the currency is refused", () => {
  for (const wrong of ["", "1,234.50", "1.234", "1e3", " 1", "1.", ".5", "+1", "0x10", "NaN"]) {
    assert.throws(() => toMinor(wrong, 2), RangeError, wrong);
  }
});
