import assert from "node:assert/strict";
import { test } from "node:test";
import { REQUEST_TIMEOUT_MS } from "../../candidates/constants.ts";
import { LivenessRecord } from "../../candidates/liveness.ts";

test("who was never asked, or asked just now, is unknown", () => {
  const record = new LivenessRecord();
  assert.equal(record.at(1_000_000), "unknown");
  record.asked(1_000_000);
  assert.equal(record.at(1_000_000 + REQUEST_TIMEOUT_MS - 1), "unknown");
});

test("silence counts from the first request that nothing answered, however often it was repeated", () => {
  const record = new LivenessRecord();
  for (let now = 0; now < REQUEST_TIMEOUT_MS; now += 1_000) record.asked(now);
  assert.equal(record.at(REQUEST_TIMEOUT_MS), "silent");
});

test("an answer ends it, and silence is over without another request for as long as nobody asks", () => {
  const record = new LivenessRecord();
  record.asked(0);
  record.answered();
  assert.equal(record.at(1_000_000), "answers");
  record.asked(1_000_000);
  assert.equal(record.at(1_000_000), "answers");
  assert.equal(record.at(1_000_000 + REQUEST_TIMEOUT_MS), "silent");
  record.answered();
  assert.equal(record.at(1_000_000 + REQUEST_TIMEOUT_MS), "answers");
});
