import type { Command } from "commander";
import { EXIT } from "../host/errors.ts";
import { sayError, terminalWidth } from "./output.ts";

/** Commander throws instead of exiting, and errors are two lines: what happened; what to do next. */
export function prepare(command: Command): void {
  const path =
    command.parent === null ? command.name() : `${command.parent.name()} ${command.name()}`;
  command.exitOverride().configureOutput({
    getOutHelpWidth: terminalWidth,
    outputError: (text) => {
      const [what = "", suggestion] = text.trimEnd().split("\n");
      const hint = `${suggestion ?? ""} See: ${path} --help`.trimStart();
      sayError(what.replace(/^error: /, ""), hint, EXIT.usage);
    },
  });
}
