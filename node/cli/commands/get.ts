import type { Command } from "commander";
import { InvalidArgumentError } from "commander";
import { examples, optionsOf, overlayOption, parseTopicOption } from "../options.ts";
import type { OverlayOptions } from "../options.ts";
import { EXIT, UserError } from "../../host/errors.ts";
import { say, stdoutIsTerminal, write, writeJson } from "../output.ts";
import { bundleJson, payloadBytes } from "../bundle-view.ts";
import { withSession } from "../daemon-session.ts";
import { timeLeft } from "../expiry-view.ts";
import { escapeControls } from "../text.ts";

interface GetOptions extends OverlayOptions {
  topic?: string;
  author?: string;
}

export function registerGet(program: Command): Command {
  return program
    .command("get")
    .description("print the payload of a bundle, or of the newest one under a topic")
    .argument("[id]", "the bundle's id, or the beginning of it", parseIdPrefix)
    .option("--topic <name>", "the newest under this topic, by whomever", parseTopicOption)
    .option("--author <name>", "the newest by this author: a name, or the first digits of a key")
    .addOption(overlayOption())
    .addHelpText(
      "after",
      examples(
        "dispersy get 3fa9",
        "dispersy get 3fa9 > payload.bin",
        "dispersy get 3fa9 --json",
        "dispersy get --topic status --author anna",
      ),
    )
    .action((id: string | undefined, _options, command: Command) => get(id, optionsOf(command)));
}

function parseIdPrefix(text: string): string {
  if (/^[0-9a-fA-F]{1,64}$/.test(text)) return text.toLowerCase();
  throw new InvalidArgumentError(
    "An id is up to 64 hexadecimal characters; `dispersy ls` prints them.",
  );
}

async function get(id: string | undefined, options: GetOptions): Promise<void> {
  const { overlay, topic, author } = options;
  if ((id === undefined) === (topic === undefined) || (id !== undefined && author !== undefined)) {
    throw new UserError(
      "either an id names the bundle, or a topic and perhaps an author",
      "Give one of: ID, --topic NAME. See: dispersy get --help",
      EXIT.usage,
    );
  }
  const params = {
    ...(overlay !== undefined && { overlay }),
    ...(id !== undefined && { id }),
    ...(topic !== undefined && { topic }),
    ...(author !== undefined && { author }),
  };
  const row = await withSession(options, (session) => session.call("get", params), {
    onlyReads: true,
  });
  if (options.json) return writeJson(bundleJson(row));
  if (row.unreadable !== undefined) {
    throw new UserError(
      `the payload cannot be read: ${row.unreadable}`,
      "A ticket with the overlay's secret brings the key: dispersy run - < FILE",
    );
  }
  if (row.notSealed) say("This is not sealed: whoever carries it can read it.");
  if (row.expires !== undefined) say(`It expires: ${timeLeft(row.expires, Date.now())}.`);
  const bytes = payloadBytes(row);
  if (!stdoutIsTerminal()) return write(bytes);
  await write(`${escapeControls(bytes.toString(), "\n\t")}\n`);
}
