import { type CommonOptions, type Ports, type ReportSection, table, text } from "../experiment.ts";
import type { Profile } from "../../node/core/profile.ts";
import { chatFigures, type ChatFigures } from "./chat-figures.ts";
import { type ChatOptionValues, chatSize, told } from "./chat-options.ts";
import { runChat } from "./chat-world.ts";
import { FEW_OF_MANY, FILTERS, INTERACTIVE, MULTICAST } from "./mvds-forms.ts";
import { runMvdsChat } from "./mvds-world.ts";

type Options = ChatOptionValues & CommonOptions & { people: number; messages: number };

/** What one way of telling a group costs. */
export interface OverheadRow extends ChatFigures {
  name: string;
}

const FORMS = [{ ...INTERACTIVE, name: "pairwise" }, MULTICAST, FEW_OF_MANY, FILTERS];

/** The same chat carried by MVDS in several forms, and by these nodes. */
export function overheads(options: Options, profile: Profile, ports: Ports): OverheadRow[] {
  const { people, messages } = options;
  const size = chatSize(options, { people, messages, mailserver: 0 });
  const rows = FORMS.map((form) => {
    const run = runMvdsChat({ ...size, ...form, progress: told(form.name, ports) });
    return { name: form.name, ...chatFigures(run, size) };
  });
  const run = runChat({ ...size, profile, progress: told("this node", ports) });
  return [...rows, { name: "this node", ...chatFigures(run, size) }];
}

export function overheadReport(
  { people, messages, payload }: Options,
  rows: readonly OverheadRow[],
): ReportSection {
  const columns = [
    "bytes per bundle and member",
    "of them bodies",
    "offers, requests, filters",
    "acks, walking, sealing",
    "p50 (s)",
    "p90 (s)",
  ].map((title) => ({ title, align: "right" as const }));
  const share = (row: OverheadRow, part: "bundleShare" | "offerShare" | "walkingShare"): number =>
    Math.round(row.bytesPerMember * row[part]);
  return {
    title: "What a group costs per bundle and member",
    parts: [
      text(
        `${people} members, ${messages} bundles of ${payload} bytes each, at the uptime above: all bytes sent until ` +
          "everybody has everything, over bundles times members. Four rows are MVDS: an author who tells each member " +
          "until it acknowledges; the same with a network that hands one datagram to all who run; members who tell a " +
          "few others once, with filters for the rest; filters alone. MVDS signs nothing, and its transport's " +
          "sealing is counted as this node's.",
      ),
      table(
        ["told how", ...columns],
        rows.map((row) => [
          row.name,
          row.bytesPerMember,
          share(row, "bundleShare"),
          share(row, "offerShare"),
          share(row, "walkingShare"),
          row.p50Seconds ?? "–",
          row.p90Seconds ?? "–",
        ]),
      ),
    ],
  };
}
