import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { mtu } from "../../../bench/experiments/mtu.ts";
import { EXIT, UserError } from "../../../node/host/errors.ts";

describe("the cells of `bench mtu` that are asked for", () => {
  const options = { lab: true, only: "nosuch", short: 1, full: 0, seconds: 1, seed: 1 };
  const run = (changed: object): unknown =>
    mtu.run({ ...options, profile: "adaptive", ...changed }, { progress() {} });
  const refused = (words: RegExp) => (error: unknown) =>
    error instanceof UserError && error.exitCode === EXIT.usage && words.test(error.message);

  it("are refused where there are none: nothing measured looks like nothing lost", async () => {
    await assert.rejects(async () => run({}), refused(/begins with "nosuch". There are: Ethernet/));
  });

  it("are refused without the lab, which alone has them", async () => {
    await assert.rejects(async () => run({ lab: false }), refused(/--only is for --lab/));
  });
});
