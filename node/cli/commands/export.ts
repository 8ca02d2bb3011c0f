import { resolve } from "node:path";
import { type Command, InvalidArgumentError } from "commander";
import { formatBytes } from "../../host/byte-size.ts";
import type { Methods } from "../../host/control/protocol.ts";
import { EXIT, UserError } from "../../host/errors.ts";
import type { ExportOutcome } from "../../host/node/node.ts";
import { withSession } from "../daemon-session.ts";
import { Feeding, type InputFile, openInput } from "../input-file.ts";
import { type Moment, parseMoment, unixMs } from "../moment.ts";
import type { Session } from "../offline.ts";
import { examples, optionsOf, overlayOption, type OverlayOptions } from "../options.ts";
import { OutputFile } from "../output-file.ts";
import { Progress, say, stdoutIsTerminal, write, writeJson } from "../output.ts";
import { count, escapeControls } from "../text.ts";

/** A moment, or the cursor of a line that `tail --json` printed. */
type Since = Moment | { cursor: string };

interface ExportOptions extends OverlayOptions {
  output?: string;
  for?: string;
  since?: Since;
}

/** How the cursors of `tail` begin. */
const CURSOR = /^[0-9a-f]{8}\./;
const STDOUT = "-";

export function registerExport(program: Command): Command {
  return (
    program
      .command("export")
      .description("write what an overlay holds to a file, sealed, for `dispersy import` elsewhere")
      .option("-o, --output <file>", "to this file, which is there only once it is whole")
      .option("--for <file>", "their own export: what they hold is left out")
      .option(
        "--since <when>",
        "only what came here since then: 10m, 2h, 3d, a date, or a cursor of `tail --json`",
        parseSince,
      )
      .addOption(overlayOption())
      // Refused with a sentence of its own, since `import` takes the name of a file so.
      .allowExcessArguments()
      .addHelpText(
        "after",
        examples(
          "dispersy export > stick.dispersy",
          "dispersy export --for theirs.dispersy --output mine.dispersy",
          "dispersy export --since 7d | ssh friend dispersy import -",
        ),
      )
      .action((_options, command: Command) => exportAll(command.args, optionsOf(command)))
  );
}

function parseSince(text: string): Since {
  if (CURSOR.test(text)) return { cursor: text };
  try {
    return parseMoment(text);
  } catch (error) {
    if (!(error instanceof InvalidArgumentError)) throw error;
    throw new InvalidArgumentError(`${error.message} Or the cursor of a line of \`tail --json\`.`);
  }
}

async function exportAll(words: readonly string[], options: ExportOptions): Promise<void> {
  const { output = STDOUT, json } = options;
  checkNames(words, options);
  if (output === STDOUT && stdoutIsTerminal()) {
    throw new UserError(
      "an export is not text, so it is not written to a terminal",
      "Write it to a file: dispersy export --output stick.dispersy",
      EXIT.usage,
    );
  }
  const theirs = options.for === undefined ? undefined : await openInput(options.for);
  const file = output === STDOUT ? undefined : await OutputFile.create(output);
  const progress = new Progress();
  let outcome: ExportOutcome;
  try {
    outcome = await withSession(
      options,
      (session) =>
        transfer(session, options, theirs, {
          write: (bytes) => (file === undefined ? write(bytes) : file.write(bytes)),
          progress,
        }),
      { onlyReads: true },
    );
    await file?.finish();
  } catch (error) {
    await file?.abandon();
    throw error;
  } finally {
    progress.clear();
  }
  // Standard output may be the stream.
  if (!json) say(outcomeText(outcome, options));
  else if (file === undefined) say(JSON.stringify(outcome));
  else await writeJson(outcome);
}

function checkNames([word]: readonly string[], { output, for: theirs }: ExportOptions): void {
  if (word !== undefined) {
    throw new UserError(
      "the name of a file needs --output before it",
      `Write: dispersy export --output ${escapeControls(word)}`,
      EXIT.usage,
    );
  }
  if (theirs === undefined || output === undefined || theirs === STDOUT) return;
  if (resolve(theirs) !== resolve(output)) return;
  throw new UserError(
    `${escapeControls(theirs)} is their export, and would be written over`,
    "Name another file after --output.",
    EXIT.usage,
  );
}

async function transfer(
  session: Session,
  options: ExportOptions,
  theirs: InputFile | undefined,
  to: { write: (bytes: Uint8Array) => Promise<void>; progress: Progress },
): Promise<ExportOutcome> {
  const feeding = theirs && new Feeding(session, options.for!, theirs);
  let written = 0;
  let shown = 0;
  const put = async (text: string): Promise<void> => {
    const bytes = Buffer.from(text, "base64");
    written += bytes.length;
    if (written - shown >= SHOWN_EACH_BYTES) {
      shown = written;
      to.progress.show(`${formatBytes(written)} written`);
    }
    await to.write(bytes);
  };
  try {
    const outcome = await session.call("export", paramsOf(options), (item) =>
      "pipe" in item ? void feeding?.run(item.pipe) : put(item.bytes),
    );
    if (feeding?.failure !== undefined) throw feeding.failure;
    return outcome;
  } finally {
    feeding?.end();
  }
}

const SHOWN_EACH_BYTES = 256 * 1024;

function paramsOf({ overlay, since, for: theirs }: ExportOptions): Methods["export"]["params"] {
  return {
    ...(overlay !== undefined && { overlay }),
    ...(theirs !== undefined && { theirs: true }),
    ...sinceParams(since),
  };
}

function sinceParams(since: Since | undefined): Methods["export"]["params"] {
  if (since === undefined) return {};
  if ("cursor" in since) return { sinceCursor: since.cursor };
  return { since: Math.max(0, unixMs(since, "ago", Date.now())) };
}

function outcomeText(outcome: ExportOutcome, { for: theirs }: ExportOptions): string {
  const { bundles, bytes, theyHold, theirProblem } = outcome;
  const written = `${count(bundles, "bundle")} written, ${formatBytes(bytes)}`;
  if (theyHold === undefined) return written;
  if (bundles === 0 && theirProblem === undefined) {
    return `They hold all of ours already; the file only says what we hold, ${formatBytes(bytes)}.`;
  }
  const known = `They hold ${theyHold.toLocaleString("en-US")} of ours already; ${written}.`;
  if (theirProblem === undefined) return known;
  return `${theirs} is not whole (${theirProblem.what} at byte ${theirProblem.byte}), so some of it they may hold, too.\n${known}`;
}
