import assert from "node:assert/strict";
import { execFile, execFileSync } from "node:child_process";
import { chmodSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { type TestContext, describe, it } from "node:test";
import { promisify } from "node:util";
import { buildProgram } from "../../node/cli/program.ts";
import { MAIN } from "../helpers/built.ts";
import { dispersy, temporaryFolder } from "./cli.ts";

/** The first word of each line: what could stand at the end of what was typed. */
async function offered(...typed: string[]): Promise<string[]> {
  const { code, stdout, stderr } = await dispersy(["complete", "--", ...typed]);
  assert.equal(code, 0, stderr);
  const lines = stdout.trimEnd().split("\n");
  return lines.filter((line) => !line.startsWith(":")).map((line) => line.split("\t")[0]!);
}

/** A folder with a program of our name in it. */
function folderOfProgram(context: TestContext): string {
  const folder = temporaryFolder(context);
  const path = join(folder, "dispersy");
  writeFileSync(path, `#!/bin/sh\nexec "${process.execPath}" "${MAIN}" "$@"\n`);
  chmodSync(path, 0o755);
  return folder;
}

/** Types a beginning in a shell that has read our script; what the shell makes of it. */
const SHELLS: Record<string, (typed: string[]) => string[]> = {
  bash: (typed) => [
    "--norc",
    "-c",
    `source <(dispersy completion bash)
     compopt() { :; } # there is none outside of a terminal
     COMP_WORDS=(${typed.map((word) => `"${word}"`).join(" ")}) COMP_CWORD=${typed.length - 1}
     __dispersy_complete
     printf '%s\\n' "\${COMPREPLY[@]}"`,
  ],
  fish: (typed) => [
    "--no-config",
    "-c",
    `dispersy completion fish | source; complete -C "${typed.join(" ")}" | string split -f 1 \\t`,
  ],
};

function whyNot(shell: string): string | false {
  try {
    execFileSync(shell, ["-c", "true"], { stdio: "ignore" });
    return false;
  } catch {
    return `there is no ${shell} here`;
  }
}

describe("completion", () => {
  it("knows all commands, their options and what options take", async () => {
    const program = buildProgram("0");
    const commands = program.createHelp().visibleCommands(program);
    assert.deepEqual(
      await offered(""),
      commands.map((command) => command.name()),
    );
    assert.deepEqual(await offered("run", "--ticket"), ["--ticket-file"]);
    assert.deepEqual(await offered("run", "--profile", "ad"), ["adaptive"]);
    assert.deepEqual(await offered("--home", "/tmp", "overl"), ["overlays"]);
  });

  it("has a script for each shell", async () => {
    for (const shell of ["bash", "zsh", "fish"]) {
      const { code, stdout, stderr } = await dispersy(["completion", shell]);
      assert.equal(code, 0, stderr);
      assert.match(stdout, /dispersy complete --/, shell);
    }
    const { code, stderr } = await dispersy(["completion", "csh"]);
    assert.equal(code, 2);
    assert.match(stderr, /bash/);
  });

  for (const [shell, script] of Object.entries(SHELLS)) {
    it(`works in ${shell}`, { skip: whyNot(shell) }, async (context) => {
      const path = [folderOfProgram(context), process.env["PATH"]].join(delimiter);
      const env = { ...process.env, PATH: path, BASH_ENV: "" };
      for (const [typed, expected] of [
        [["dispersy", "overl"], "overlays"],
        [["dispersy", "run", "--prof"], "--profile"],
      ] as const) {
        const { stdout } = await promisify(execFile)(shell, script([...typed]), { env });
        assert.equal(stdout.trim(), expected);
      }
    });
  }
});
