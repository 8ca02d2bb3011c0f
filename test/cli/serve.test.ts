import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { onSignals } from "../../node/cli/serve.ts";

describe("signals", () => {
  for (const [first, second, code] of [
    ["SIGTERM", "SIGINT", 130],
    ["SIGINT", "SIGTERM", 143],
  ] as const) {
    it(`drain at ${first}, and end the process at once at the following ${second}`, async (context) => {
      const exit = context.mock.method(process, "exit", (() => {}) as typeof process.exit);
      const before = new Map(
        (["SIGINT", "SIGTERM"] as const).map((name) => [name, process.listeners(name)]),
      );
      context.after(() => {
        for (const [name, listeners] of before) {
          for (const listener of process.listeners(name)) {
            if (!listeners.includes(listener)) process.off(name, listener);
          }
        }
      });
      const { stopped } = onSignals();
      process.emit(first, first);
      await stopped;
      assert.equal(exit.mock.callCount(), 0);
      process.emit(second, second);
      assert.deepEqual(
        exit.mock.calls.map((call) => call.arguments),
        [[code]],
      );
    });
  }
});
