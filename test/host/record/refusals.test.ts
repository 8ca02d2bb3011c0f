import assert from "node:assert/strict";
import { test } from "node:test";
import { isDrop, isRefusal } from "../../../node/host/record/refusals.ts";
import { projectSources } from "../../architecture.ts";

/** Whole names and templates of `node/core/counters.ts`, with what stands in braces left out. */
const text = projectSources()
  .get("node/core/counters.ts")!
  .split(/^(?:export )?type /m)
  .filter((type) => /^\w*Counter\b/.test(type))
  .join("");
const names = [...text.matchAll(/\| (?:"([^"\n]+)"|`([^`\n]+)`)/g)].map(
  ([, whole, template]) => whole ?? template!.replace(/\$\{.*\}/, "REASON"),
);

/** Ends of names that are refusals. */
const REASONS = ["disk failing", "disk floor", "disk full", "memory floor"];
REASONS.push("gateway or whole subnet", "special range");

/** They tell what was done, or left to another time, and nothing that was refused. */
const NO_REFUSALS = [
  "ancestors asked for",
  "announcement of others' overlays",
  "announcement of our overlays",
  "bundle awaits a grant",
  // Held and served as all others are: only the order is given up.
  "bundle delivered early: too many wait",
  "bundle delivered without what it follows",
  "bundle waits for what it follows",
  "bundles by our own key that we did not make",
  "bundles of ours written again",
  "bundles sent",
  "candidates reset",
  // The log says it as an error.
  "commit failed",
  "control lane left: in vain",
  "datagram came twice",
  "introductions made",
  "named at another address",
  "new bundle told again",
  "notice left unread",
  "offer brought nothing",
  "offer by REASON",
  "offer left out: REASON",
  "offer paid",
  "path takes small datagrams only",
  "path tested for its size",
  "puncture answered",
  "puncture re-keyed a port",
  "push left to offers",
  "pushed bundles",
  "receipts written",
  "received REASON",
  "request sent again",
  "search hit",
  "searches: REASON",
  "sent REASON",
  "sketch decoded",
  "sketch not decoded",
  "steps",
  "wanted bundles",
  "wanted bundles sent",
];

test("the log tells every counted event that is a refusal", () => {
  const events = names.filter((name) => / |steps/.test(name) && !REASONS.includes(name));
  const left = events.filter((name) => !isRefusal(name));
  assert.ok(events.length > 50);
  assert.deepEqual(
    [...new Set(left)].filter((name) => !NO_REFUSALS.includes(name)),
    [],
  );
  assert.deepEqual(NO_REFUSALS.filter(isRefusal), []);
});

test("a drop is thrown away; what is only held back or not answered is none", () => {
  for (const name of ["gate: size", "rejected: empty", "bundle rejected: policy"])
    assert.ok(isDrop(name));
  for (const name of ["dropped: the overlay is being read", "late answer refused: too many"])
    assert.ok(isDrop(name));
  for (const name of ["send: EPERM", "receive: unusable source"]) assert.ok(isDrop(name));
  for (const name of ["request timed out", "request held back: unsolicited", "steps"])
    assert.ok(!isDrop(name));
});
