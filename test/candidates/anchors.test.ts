import assert from "node:assert/strict";
import { test } from "node:test";
import { dueAnchor } from "../../candidates/anchors.ts";
import type { CandidateTable } from "../../candidates/table.ts";
import type { Address } from "../../wire/address.ts";
import { apart, at, tableOf } from "./support.ts";

/** Asked at 0, answered at once, and lapsing at 57.5 s. */
const DUE_MS = 42_500;

function contact(table: CandidateTable, address: Address, paidMs?: number): void {
  table.asked(address, 0, 0);
  const candidate = table.answered(address, 0, 0)!;
  if (paidMs !== undefined) candidate.paidMs = paidMs;
}

/** Whom anchors are asked, one after the other, at one moment. */
function asked(table: CandidateTable, now: number): string[] {
  const found: string[] = [];
  for (;;) {
    const anchor = dueAnchor(table, now);
    if (anchor === undefined) return found;
    found.push(anchor.address.key);
    table.asked(anchor.address, 0, now);
  }
}

test("a contact that brought bundles is due three steps before it lapses, others never", () => {
  const table = tableOf();
  contact(table, apart(1));
  contact(table, apart(2), 0);
  assert.equal(dueAnchor(table, DUE_MS - 1), undefined);
  assert.deepEqual(asked(table, DUE_MS), [apart(2).key]);
  assert.deepEqual(asked(table, 57_500), []);
});

test("there are four at most, those that paid last", () => {
  const table = tableOf();
  for (let i = 1; i <= 9; i++) contact(table, apart(i), i);
  assert.deepEqual(
    asked(table, DUE_MS),
    [9, 8, 7, 6].map((i) => apart(i).key),
  );
});

test("a /16 has one of them, however many of its addresses pay", () => {
  const table = tableOf();
  for (let i = 1; i <= 4; i++) contact(table, at(`20.5.${i}.1:1`), 10 + i);
  contact(table, apart(1), 1);
  assert.deepEqual(asked(table, DUE_MS), ["20.5.4.1:1", apart(1).key]);
});
