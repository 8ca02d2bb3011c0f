import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  forHome,
  setCommandName,
  startElsewhere,
  startedAs,
  typed,
} from "../../node/cli/command-name.ts";

describe("what a person types to start the program once more", () => {
  const windows = "C:\\Users\\Anna Lee\\npm";
  const cases: [string, NodeJS.ProcessEnv, string, NodeJS.Platform?][] = [
    ["/usr/local/bin/dispersy", { PATH: "/bin:/usr/local/bin" }, "dispersy"],
    ["/src/node_modules/.bin/dispersy", { PATH: "/bin" }, "node /src/node_modules/.bin/dispersy"],
    [
      "/src/node_modules/.bin/dispersy",
      { PATH: "/src/node_modules/.bin:/bin", npm_command: "exec" },
      "npx dispersy",
    ],
    ["/src/dist/node/cli/main.js", { npm_command: "start" }, "npx dispersy"],
    [
      "/src/dist/node/cli/main.js",
      { npm_command: "run-script" },
      "node /src/dist/node/cli/main.js",
    ],
    ["/my files/main.js", {}, 'node "/my files/main.js"'],
    [
      `${windows}\\node_modules\\dispersy\\dist\\node\\cli\\main.js`,
      { Path: `C:\\Windows;${windows}` },
      "dispersy",
      "win32",
    ],
    ["D:\\src\\main.js", { Path: "D:\\src" }, 'node "D:\\src\\main.js"', "win32"],
  ];
  for (const [script, env, expected, platform = "linux"] of cases) {
    test(`started by ${script}: ${expected}`, () => {
      assert.equal(startedAs({ script, file: script, env, platform }), expected);
    });
  }

  test("on another machine is a script of a checkout, or the command of an installation, never npx", () => {
    const checkout = startElsewhere({ file: "/src/dist/node/cli/start.js" });
    assert.deepEqual(checkout, {
      where: "in a checkout of dispersy after npm ci",
      command: "npm start --",
    });
    for (const file of ["/lib/node_modules/dispersy/dist/x.js", "C:\\node_modules\\dispersy\\x.js"])
      assert.equal(startElsewhere({ file }).command, "dispersy run");
  });

  test("is for the home that was named, as one word of a shell", () => {
    assert.equal(forHome("dispersy down", {}), "dispersy down");
    assert.equal(forHome("dispersy down", { home: "/srv/node" }), "dispersy down --home /srv/node");
    const quoted = process.platform === "win32" ? `"my node"` : "'my node'";
    assert.equal(forHome("dispersy run", { home: "my node" }), `dispersy run --home ${quoted}`);
  });

  test("stands in hints, where tickets and other words stay as they are", (t) => {
    const start = {
      script: "/bin/dispersy",
      file: "/lib/node_modules/x",
      platform: "linux",
    } as const;
    t.after(() => setCommandName({ ...start, env: { PATH: "/bin" } }));
    setCommandName({ ...start, env: { npm_command: "exec" } });
    assert.equal(
      typed("Make one: dispersy init, or `dispersy run TICKET`"),
      "Make one: npx dispersy init, or `npx dispersy run TICKET`",
    );
    for (const text of [
      "run 'dispersy:1:00?at=h:1'",
      "the home /home/anna/.local/share/dispersy is in use",
      "the home C:\\Users\\anna\\dispersy is in use",
      "`npx dispersy bench` runs them",
      "a defect of dispersy: please report it",
    ])
      assert.equal(typed(text), text);
  });
});
