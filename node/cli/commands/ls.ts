import type { Command } from "commander";
import { type Moment, parseMoment, unixMs } from "../moment.ts";
import { examples, optionsOf, overlayOption, parseTopicOption, wholeNumber } from "../options.ts";
import type { OverlayOptions } from "../options.ts";
import { stdoutIsTerminal, terminalWidth, write } from "../output.ts";
import { bundleJson, bundleLine, LINE_HEAD } from "../bundle-view.ts";
import { withSession } from "../daemon-session.ts";
import { truncate } from "../text.ts";

interface LsOptions extends OverlayOptions {
  limit?: number;
  topic?: string;
  author?: string;
  since?: Moment;
  all?: boolean;
}

export function registerLs(program: Command): Command {
  return program
    .command("ls")
    .description("list the bundles, the oldest first")
    .option("-n, --limit <count>", "only the newest so many", wholeNumber(0))
    .option("--topic <name>", "only those under this topic", parseTopicOption)
    .option("--author <name>", "only those by this author: a name, or the first digits of a key")
    .option("--since <when>", "only those written since then: 10m, 2h, 3d or a date", parseMoment)
    .option("-a, --all", "what the program says, too: policies, grants, names")
    .addOption(overlayOption())
    .addHelpText(
      "after",
      examples(
        "dispersy ls",
        "dispersy ls -n 20 --json",
        "dispersy ls --since 2h --author anna",
        "dispersy ls --topic log | wc -l",
      ),
    )
    .action((_options, command: Command) => ls(optionsOf(command)));
}

async function ls(options: LsOptions): Promise<void> {
  const { overlay, limit: last, topic, author, since, all, json } = options;
  const params = {
    ...(overlay !== undefined && { overlay }),
    ...(last !== undefined && { last }),
    ...(topic !== undefined && { topic }),
    ...(author !== undefined && { author }),
    ...(since !== undefined && { since: Math.max(0, unixMs(since, "ago", Date.now())) }),
    ...(all && { all }),
  };
  let isHeadDue = !json && stdoutIsTerminal();
  await withSession(
    options,
    (session) =>
      session.call("ls", params, (row) => {
        if (isHeadDue) void write(`${truncate(LINE_HEAD, terminalWidth())}\n`);
        isHeadDue = false;
        const line = json ? JSON.stringify(bundleJson(row)) : bundleLine(row);
        void write(`${line}\n`);
      }),
    { onlyReads: true },
  );
}
