import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { Checker, differences } from "../../../bench/lab/check.ts";
import { KINDS, type Kind } from "../../../bench/lab/kinds/kinds.ts";
import { Lab } from "../../../bench/lab/lab.ts";
import { skipReason, thoroughly } from "./available.ts";

/** Each mapping, filtering and allocation once. */
const QUICK: readonly Kind[] = ["open", "eif", "adf", "apdf-np", "adm", "seq", "blk", "blocked"];

describe("each kind of kernel NAT behaves as named", { skip: skipReason }, () => {
  let lab: Lab;
  let checker: Checker;

  before(async () => {
    lab = await Lab.up();
    checker = await new Checker(lab).start();
  });
  after(() => {
    checker?.end();
    lab?.down();
  });

  for (const kind of thoroughly ? KINDS : QUICK) {
    it(kind, async () => {
      lab.setNat("a", { kind });
      assert.deepEqual(differences(kind, await checker.look()), []);
    });
  }

  it("tells one kind from another", async () => {
    lab.setNat("a", { kind: "seq" });
    const sighting = await checker.look();
    for (const kind of KINDS) {
      if (kind !== "seq") assert.notDeepEqual(differences(kind, sighting), [], kind);
    }
  });
});
