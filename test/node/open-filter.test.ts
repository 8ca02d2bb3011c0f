import assert from "node:assert/strict";
import { test } from "node:test";
import { SETTLING_MS } from "../../nat/filter-probe.ts";
import { bareRequest, host, OWN_PUBLIC, Rig } from "../hostile/rig.ts";

/** Two peers see it at one address, so that its mapping is endpoint-independent. */
function settled(): Rig {
  const rig = new Rig();
  rig.pass(SETTLING_MS + 5_000);
  for (const peer of [host(1), host(2)]) rig.validate(peer, { destination: OWN_PUBLIC });
  return rig;
}

test("strangers that reach us after a while show an open filter, as where a port is forwarded by hand", () => {
  const rig = settled();
  rig.pass(2_000);
  assert.equal(rig.engine.nat().summary.mapping, "endpoint-independent");
  assert.equal(rig.engine.nat().summary.filtering, "endpoint-independent");
});

test("whom we asked does not, nor anybody in the first minutes", () => {
  const rig = new Rig({ seeds: [host(1), host(2)] });
  rig.say(host(3), bareRequest());
  rig.pass(SETTLING_MS + 5_000);
  for (const peer of [host(1), host(2)]) rig.validate(peer, { destination: OWN_PUBLIC });
  rig.pass(2_000);
  assert.equal(rig.engine.nat().summary.mapping, "endpoint-independent");
  assert.equal(rig.engine.nat().summary.filtering, "unknown");
});
