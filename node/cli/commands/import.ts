import type { Command } from "commander";
import { formatBytes } from "../../host/byte-size.ts";
import { EXIT, UserError } from "../../host/errors.ts";
import type { FileProblem, ImportOutcome } from "../../host/node/node.ts";
import { withSession } from "../daemon-session.ts";
import { Feeding, openInput, STDIN } from "../input-file.ts";
import { examples, optionsOf, overlayOption, type OverlayOptions } from "../options.ts";
import { Progress, writeJson, writeLine } from "../output.ts";
import { count } from "../text.ts";

export function registerImport(program: Command): Command {
  return program
    .command("import")
    .description("take in what `dispersy export` wrote elsewhere")
    .argument("<file>", "the file; - is standard input")
    .addOption(overlayOption())
    .addHelpText("after", examples("dispersy import stick.dispersy", "dispersy import - --json"))
    .action((file: string, _options, command: Command) => importFile(file, optionsOf(command)));
}

async function importFile(file: string, options: OverlayOptions): Promise<void> {
  const input = await openInput(file);
  const progress = new Progress();
  let read = 0;
  let failure: UserError | undefined;
  let outcome: ImportOutcome;
  try {
    outcome = await withSession(options, async (session) => {
      const feeding = new Feeding(session, file, input);
      const { overlay } = options;
      const show = (bundles: number): void => {
        const of = input.bytes === undefined ? "" : ` of ${formatBytes(input.bytes)}`;
        progress.show(`${count(bundles, "bundle")}, ${formatBytes(read)}${of}`);
      };
      try {
        return await session.call("import", overlay === undefined ? {} : { overlay }, (item) => {
          if ("pipe" in item) void feeding.run(item.pipe, (bytes) => (read = bytes));
          else show(item.bundles);
        });
      } catch (error) {
        throw feeding.failure ?? error;
      } finally {
        feeding.end();
        ({ failure } = feeding);
      }
    });
  } finally {
    progress.clear();
  }
  if (options.json) await writeJson(outcome);
  else for (const line of outcomeLines(outcome)) await writeLine(line);
  if (failure !== undefined) throw failure;
  if (outcome.problem !== undefined) throw notWhole(file, outcome.problem);
}

function outcomeLines({ overlay, new: fresh, held, refused }: ImportOutcome): string[] {
  const figure = (n: number): string => n.toLocaleString("en-US");
  const all = Object.values(refused).reduce((sum, n) => sum + n, 0);
  return [
    `${overlay}: ${figure(fresh)} new, ${figure(held)} held already, ${figure(all)} refused`,
    ...Object.entries(refused).map(([reason, n]) => {
      return `  ${figure(n)} refused: ${REASONS[reason] ?? `they cannot be read (${reason})`}`;
    }),
  ];
}

/** What refuses bundles that are as their authors made them, in words; the others cannot be read. */
const REASONS: Record<string, string> = {
  awaiting: "nothing here lets their authors write; a whole export brings the grants",
  backlog: "the node was too busy; import the file again",
  duplicate: "the node was too busy; import the file again",
  "ephemeral-stale": "they were for the moment only",
  expired: "they have expired",
  policy: "the overlay's policy does not allow them",
  signature: "their signatures are wrong",
  superseded: "newer ones have taken their place",
  "time-above-bound":
    "their global times are too far ahead of all that is known here. Meet a node of the group once, by dispersy run or by dispersy sync over any pipe; then import the file again",
};

function notWhole(file: string, { what, record, byte }: FileProblem): UserError {
  const name = file === STDIN ? "standard input" : file;
  const where = `record ${record}, from byte ${byte} on`;
  const happened = {
    cut: `${name} is cut off: ${where}, is missing or not whole`,
    damaged: `${name} is damaged: ${where}, is not as it was written`,
    more: `something follows the end of ${name}: ${where}`,
  };
  return new UserError(
    happened[what],
    "What is whole of it was taken in. Copy it once more, and import it again: nothing comes twice.",
    EXIT.checkFailed,
  );
}
