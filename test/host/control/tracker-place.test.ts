import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import {
  prepareFolder,
  trackerPlace,
  trackersFolder,
  trackersIn,
} from "../../../node/host/control/tracker-place.ts";
import { temporaryFolder } from "../support.ts";

function withVariables(t: TestContext, values: Record<string, string | undefined>): string {
  const before = { ...process.env };
  t.after(() => (process.env = before));
  delete process.env["RUNTIME_DIRECTORY"];
  delete process.env["XDG_STATE_HOME"];
  Object.assign(process.env, values);
  return trackersFolder();
}

test("trackers are in the service's folder, else in the user's state", (t) => {
  const usual = join(homedir(), ".local", "state", "dispersy");
  assert.equal(withVariables(t, {}), usual);
  assert.equal(withVariables(t, { XDG_STATE_HOME: "relative" }), usual);
  assert.equal(withVariables(t, { XDG_STATE_HOME: "/state" }), "/state/dispersy");
  assert.throws(() => withVariables(t, { HOME: "" }), { exitCode: 2 });
  const service = { XDG_STATE_HOME: "/state", RUNTIME_DIRECTORY: "/run/dispersy:/run/other" };
  assert.equal(withVariables(t, service), "/run/dispersy");
});

test("several trackers share a folder, and what else is there is none", (t) => {
  const folder = join(temporaryFolder(t), "new");
  assert.deepEqual(trackersIn(folder), []);
  prepareFolder(folder);
  const places = ["0.0.0.0:6421", "[2001:db8::1]:7000"].map((listen) =>
    trackerPlace(folder, listen),
  );
  for (const { socket } of places) writeFileSync(join(folder, socket), "");
  writeFileSync(join(folder, "control.sock"), "");
  mkdirSync(join(folder, "overlays"));
  assert.deepEqual(trackersIn(folder), places);
});
