import type { Command } from "commander";
import type { PeerRow } from "../../host/status/rows.ts";
import { examples, optionsOf, overlayOption } from "../options.ts";
import type { OverlayOptions } from "../options.ts";
import { heading, say, writeJson, writeLine } from "../output.ts";
import { formatMs, incomingCells, UNPROVEN } from "../status-view.ts";
import { withDaemon } from "../daemon-session.ts";
import { escapeControls, formatAge, table } from "../text.ts";

/** What `incomingCells` shows. */
const INCOMING = ["ASKED FOR", "LIMITED BY", "IN QUEUES", "LOST"];

export function registerPeers(program: Command): Command {
  return program
    .command("peers")
    .description("print the candidate table")
    .addOption(overlayOption())
    .addHelpText("after", examples("dispersy peers", "dispersy peers --json"))
    .action((_options, command: Command) => peers(optionsOf(command)));
}

async function peers(options: OverlayOptions): Promise<void> {
  const { overlay } = options;
  const rows = await withDaemon(options, (daemon) =>
    daemon.call("peers", overlay === undefined ? {} : { overlay }),
  );
  if (options.json) {
    for (const row of rows) await writeJson(row);
    return;
  }
  if (rows.length === 0) return say("No peers yet.");
  const [head = "", ...lines] = peersTable(rows);
  await writeLine([heading(head), ...lines].join("\n"));
}

/** Without what is known of nobody: so the table of a quiet node fits into 80 columns. */
export function peersTable(rows: readonly PeerRow[]): string[] {
  const isAnyAsked = rows.some((row) => row.incoming !== undefined);
  const incoming = isAnyAsked ? INCOMING : [];
  return table(
    ["ADDRESS", "BUCKET", "HEARD", "RTT", ...incoming, "MAPPING", "FILTERING"],
    rows.map((row) => cells(row, isAnyAsked)),
  );
}

function cells(row: PeerRow, showsIncoming: boolean): string[] {
  const heard = row.heardMsAgo === undefined ? "never" : formatAge(row.heardMsAgo);
  const bucket = row.bucket === "tracker" && !row.tracker ? UNPROVEN : row.bucket;
  const { address, rttMs, incoming, nat } = row;
  const path = [formatMs(rttMs), ...(showsIncoming ? incomingCells(incoming) : [])];
  return [address, bucket, heard, ...path, nat.mapping, nat.filtering].map((cell) =>
    escapeControls(cell),
  );
}
