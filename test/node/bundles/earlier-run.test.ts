import assert from "node:assert/strict";
import { test } from "node:test";
import { makeBundle } from "../../../wire/bundle.ts";
import { utf8 } from "../../../wire/bytes.ts";
import {
  crypto,
  OVERLAY_KEY,
  OVERLAY_SECRET,
  policy,
  Rig,
  SETTLED_MS,
  storeOf,
} from "../../hostile/rig.ts";

/** More than one portion of reading. */
const KEPT = 300;

test("what a later portion says is kept is not dropped while the first one is read", () => {
  const content = { kind: "data", payload: new Uint8Array() } as const;
  const written = Array.from({ length: KEPT }, (_, i) => {
    // The newest says how many are kept; each of the others, when it was the newest, said fewer.
    const keep = i === KEPT - 1 ? KEPT : 1;
    const topic = { name: utf8("status"), keep };
    return makeBundle(crypto, OVERLAY_KEY, OVERLAY_SECRET, i + 2, { content, topic });
  });
  const rig = new Rig({ store: storeOf([policy("open"), ...written]) });
  rig.pass(SETTLED_MS);
  assert.equal(rig.status.bundles, KEPT + 1);
});
