import { CommanderError } from "commander";
import { EXIT, UserError, messageOf } from "../host/errors.ts";
import type { ExitCode } from "../host/errors.ts";
import { programVersion } from "../host/version.ts";
import { typed } from "./command-name.ts";
import { say, sayError, setJsonErrors, writeLine } from "./output.ts";
import { START, buildProgram } from "./program.ts";
import { isUnset } from "./settings.ts";
import { escapeControls } from "./text.ts";

/** Does what `args` ask for, and says on stderr what went wrong. Never throws. */
export async function execute(args: string[]): Promise<ExitCode> {
  forgetUnsetSettings();
  setJsonErrors(wordsBeforeDashes(args).includes("--json"));
  try {
    if (args.length === 0) await writeLine(typed(START));
    else await buildProgram(programVersion()).parseAsync(args, { from: "user" });
    return EXIT.done;
  } catch (error) {
    return explain(error);
  }
}

/** Behind `--` stands no option. */
function wordsBeforeDashes(args: string[]): string[] {
  const end = args.indexOf("--");
  return end === -1 ? args : args.slice(0, end);
}

/** Commander takes any text in a variable for a setting. */
function forgetUnsetSettings(): void {
  for (const [name, value = ""] of Object.entries(process.env)) {
    if (name.startsWith("DISPERSY_") && isUnset(name, value)) delete process.env[name];
  }
}

/** What npm left out when it was told to, or has for no such machine. */
const NO_STORE = /^No native build was found/;
const NO_STORE_HINT =
  "Install again without --omit=optional. If npm has none for it: npm rebuild lmdb, with a C++ compiler and Python.";

function explain(error: unknown): ExitCode {
  // Commander has said what was wrong already; its own code for that is 1.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
  if (error instanceof UserError) {
    sayError(error.message, error.hint, error.exitCode);
    return error.exitCode;
  }
  if (NO_STORE.test(messageOf(error))) {
    const machine = `${process.platform} ${process.arch}`;
    sayError(`the package lmdb has no program for ${machine} here`, NO_STORE_HINT, EXIT.failed);
    return EXIT.failed;
  }
  // First of all: under --json the last line is the object.
  if (error instanceof Error && error.stack !== undefined) say(escapeControls(error.stack, "\n"));
  sayError(
    `internal error: ${messageOf(error)}`,
    "This is a defect of dispersy: please report it.",
    EXIT.failed,
  );
  return EXIT.failed;
}
