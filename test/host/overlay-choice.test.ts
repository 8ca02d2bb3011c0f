import assert from "node:assert/strict";
import { test } from "node:test";
import { UserError } from "../../node/host/errors.ts";
import { chooseOverlay } from "../../node/host/overlay-choice.ts";

const MANY = Array.from({ length: 300 }, (_, i) => ({
  overlay: i.toString(16).padStart(4, "0").repeat(10),
}));

function mistake(prefix?: string, all = MANY): UserError {
  try {
    chooseOverlay(all, prefix);
  } catch (error) {
    return error as UserError;
  }
  throw new Error("chosen");
}

test("an overlay is chosen by the beginning of its id, or because there is only one", () => {
  assert.equal(chooseOverlay(MANY, "0007"), MANY[7]);
  assert.equal(chooseOverlay(MANY, "00AB"), MANY[0xab]);
  assert.equal(chooseOverlay(MANY.slice(0, 1)), MANY[0]);
});

test("several that fit are a usage error that names the option, and shows a few of 300", () => {
  const several = mistake();
  assert.equal(several.exitCode, 2);
  assert.equal(several.message, "this home has 300 overlays");
  assert.match(several.hint, /^Name one with --overlay .*, and 296 more$/);
  assert.ok(several.hint.length < 300, several.hint);
  const two = mistake("010", MANY.slice(0, 0x102));
  assert.equal(two.message, "2 overlays fit");
  assert.match(two.hint, /: (0100){10}, (0101){10}$/);
});

test("one that is not there is told which are", () => {
  assert.match(mistake("zz").hint, /^There is: .*, and 296 more$/);
  assert.match(mistake("zz", []).hint, /dispersy init/);
});
