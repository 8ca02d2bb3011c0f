import type { Command } from "commander";
import { InvalidArgumentError } from "commander";
import { examples, optionsOf, overlayOption } from "../options.ts";
import type { OverlayOptions } from "../options.ts";
import { UserError } from "../../host/errors.ts";
import { say, stdoutIsTerminal, write, writeJson } from "../output.ts";
import { bundleJson, payloadBytes } from "../bundle-view.ts";
import { withSession } from "../daemon-session.ts";
import { escapeControls } from "../text.ts";

export function registerGet(program: Command): Command {
  return program
    .command("get")
    .description("print the payload of a bundle")
    .argument("<id>", "the bundle's id, or the beginning of it", parseIdPrefix)
    .addOption(overlayOption())
    .addHelpText(
      "after",
      examples("dispersy get 3fa9", "dispersy get 3fa9 > payload.bin", "dispersy get 3fa9 --json"),
    )
    .action((id: string, _options, command: Command) => get(id, optionsOf(command)));
}

function parseIdPrefix(text: string): string {
  if (/^[0-9a-fA-F]{1,64}$/.test(text)) return text.toLowerCase();
  throw new InvalidArgumentError(
    "An id is up to 64 hexadecimal characters; `dispersy ls` prints them.",
  );
}

async function get(id: string, options: OverlayOptions): Promise<void> {
  const { overlay } = options;
  const row = await withSession(
    options,
    (session) => session.call("get", overlay === undefined ? { id } : { overlay, id }),
    { onlyReads: true },
  );
  if (options.json) return writeJson(bundleJson(row));
  if (row.unreadable !== undefined) {
    throw new UserError(
      `the payload cannot be read: ${row.unreadable}`,
      "A ticket with the overlay's secret brings the key: dispersy run - < FILE",
    );
  }
  if (row.notSealed) say("This is not sealed: whoever carries it can read it.");
  const bytes = payloadBytes(row);
  if (!stdoutIsTerminal()) return write(bytes);
  await write(`${escapeControls(bytes.toString(), "\n\t")}\n`);
}
