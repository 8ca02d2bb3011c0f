import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { setCommandName, startedAs, typed } from "../../node/cli/command-name.ts";

describe("what a person types to start the program once more", () => {
  const cases: [string, NodeJS.ProcessEnv, string][] = [
    ["/usr/local/bin/dispersy", { PATH: "/bin:/usr/local/bin" }, "dispersy"],
    ["/src/node_modules/.bin/dispersy", { PATH: "/bin" }, "node /src/node_modules/.bin/dispersy"],
    [
      "/src/node_modules/.bin/dispersy",
      { PATH: "/src/node_modules/.bin:/bin", npm_command: "exec" },
      "npx dispersy",
    ],
    [
      "/src/dist/node/cli/main.js",
      { npm_command: "run-script" },
      "node /src/dist/node/cli/main.js",
    ],
    ["/my files/main.js", {}, 'node "/my files/main.js"'],
  ];
  for (const [script, env, expected] of cases) {
    test(`started by ${script}: ${expected}`, () => assert.equal(startedAs(script, env), expected));
  }

  test("stands in hints, where tickets and other words stay as they are", (t) => {
    t.after(() => setCommandName("dispersy"));
    setCommandName("npx dispersy");
    assert.equal(
      typed("Make one: dispersy init, or `dispersy run TICKET`"),
      "Make one: npx dispersy init, or `npx dispersy run TICKET`",
    );
    for (const text of [
      "run 'dispersy:1:00?at=h:1'",
      "`npx dispersy bench` runs them",
      "a defect of dispersy: please report it",
    ])
      assert.equal(typed(text), text);
  });
});
