import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { LEAST_OPEN_FILES } from "../../node/host/open-files.ts";
import { Stage } from "./program.ts";

/* The compiled program: what reads its modules otherwise needs more files than they do. */

const skip = process.platform === "linux" ? false : "needs Linux";
const within = (limit: number): string[] => ["prlimit", `--nofile=${limit}`];
/** With fewer, Node itself does not come to the program's first line. */
const LEAST_OF_NODE = 24;

describe("a process that may open few files", { skip }, () => {
  let stage: Stage;
  beforeEach(() => (stage = new Stage()));
  afterEach(() => stage.clear());

  for (const limit of [LEAST_OF_NODE, 40, 64, LEAST_OPEN_FILES - 1]) {
    for (const command of ["run", "tracker", "status"]) {
      it(`says so at the start of ${command}: ${limit}`, async () => {
        const args = [command, "--home", stage.path("home")];
        const { code, stdout, stderr } = await stage.start(args, "", within(limit)).ended;
        assert.deepEqual([code, stdout], [1, ""]);
        const [what = "", next = "", ...more] = stderr.split("\n");
        assert.match(what, new RegExp(`^error: this process may open only ${limit} files`));
        assert.match(next, /^Raise the limit: ulimit/);
        assert.deepEqual(more, [""]);
      });
    }
  }

  it("says so in JSON where that is asked for", async () => {
    const { stderr } = await stage.start(["status", "--json"], "", within(LEAST_OF_NODE)).ended;
    const { error } = JSON.parse(stderr) as { error: { exitCode: number; message: string } };
    assert.equal(error.exitCode, 1);
    assert.match(error.message, /may open only 24 files/);
  });

  it("runs with the least that it asks for, and warns", async () => {
    for (const command of ["run", "tracker"]) {
      const listen = ["--listen", "127.0.0.1:0", "--json"];
      const args = [command, "--home", stage.path("home"), ...listen];
      const program = stage.start(args, "", within(LEAST_OPEN_FILES));
      await program.first();
      const { code, stderr } = await program.stop();
      assert.equal(code, 0, stderr);
      assert.match(stderr, /this process may open few files and sockets/);
    }
  });
});
