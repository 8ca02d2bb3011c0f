import type { Command } from "commander";
import type { OverlayRow } from "../../host/status/rows.ts";
import { withSession } from "../daemon-session.ts";
import { forHome } from "../command-name.ts";
import { examples, optionsOf } from "../options.ts";
import type { GlobalOptions } from "../options.ts";
import { heading, say, writeJson, writeLine } from "../output.ts";
import { table } from "../text.ts";

export function registerOverlays(program: Command): Command {
  return program
    .command("overlays")
    .description("list the overlays of this home, those that were left too")
    .addHelpText("after", examples("dispersy overlays", "dispersy overlays --json"))
    .action((_options, command: Command) => overlays(optionsOf(command)));
}

async function overlays(options: GlobalOptions): Promise<void> {
  const rows = await withSession(options, (session) => session.call("overlays", {}));
  if (options.json) {
    for (const row of rows) await writeJson(row);
    return;
  }
  if (rows.length === 0) {
    const [init, join] = ["dispersy init", "dispersy join TICKET"].map((one) =>
      forHome(one, options),
    );
    return say(`None yet: \`${init}\` makes one, or join one: ${join}`);
  }
  const [head = "", ...lines] = table(
    ["OVERLAY", "STATE", "WRITERS", "BUNDLES", "PEERS"],
    rows.map(cells),
  );
  await writeLine([heading(head), ...lines].join("\n"));
}

function cells({ overlay, state, policy, bundles, contacted }: OverlayRow): string[] {
  const number = (value: number | null): string => value?.toLocaleString("en-US") ?? "-";
  return [overlay, state, policy, number(bundles), number(contacted)];
}
