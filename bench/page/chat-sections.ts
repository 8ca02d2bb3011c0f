import type { ChatFigures } from "../experiments/chat-figures.ts";
import type { OverheadRow } from "../experiments/chat-overhead.ts";
import type { ChatRow } from "../experiments/chats.ts";
import type { MvdsFigures } from "../experiments/mvds-report.ts";
import { atLeast, type Finding } from "./finding.ts";
import { section, words } from "./section.ts";

/** Bytes and median latency of one chat. */
const costs = (what: string, { perDelivery, p50Seconds }: ChatFigures): Finding[] => [
  { what: `${what}: bytes per byte delivered`, unit: "", measured: perDelivery },
  { what: `${what}: latency, median`, unit: "s", measured: p50Seconds },
];

export const chats = section<{ runs: ChatRow[] }>({
  name: "chats",
  title: "Seven chats among nodes that run a tenth of the time",
  shows: "The seven runs of a draft whose own figures are not known: bytes over payload, latency.",
  command: words("chats --part seven --people 50 --messages 5 --seed 1"),
  quick: words("chats --part seven --people 3 --messages 1 --pair-messages 2 --cycle 60 --seed 1"),
  find: ({ runs }) => runs.flatMap((run) => costs(`${run.id}, ${run.name}`, run)),
});

export const overhead = section<{ overhead: OverheadRow[] }>({
  name: "chats-overhead",
  title: "Bytes per bundle and member of a group",
  shows:
    "100 members, five bundles each, at a tenth of the time: told pairwise, by multicast, to a few of the members, " +
    "by filters, and by these nodes.",
  command: words("chats --part overhead --people 100 --messages 5 --seed 1"),
  quick: words("chats --part overhead --people 3 --messages 1 --cycle 60 --seed 1"),
  find: ({ overhead }) =>
    overhead.map(({ name, bytesPerMember }) => ({
      what: `bytes per bundle and member: ${name}`,
      unit: "B",
      measured: bytesPerMember,
    })),
});

export const mvds = section<MvdsFigures>({
  name: "mvds",
  title: "The draft's seven runs as it has them, and by these nodes",
  shows:
    "MVDS tells every message to every member until it is acknowledged. Beside it the shipped engine: the same people " +
    "at the same times, 1 % loss.",
  command: words("mvds --part draft --people 50 --messages 5 --loss 0.01 --seed 1"),
  quick: words("mvds --part draft --people 3 --messages 1 --pair-messages 1 --cycle 60 --seed 1"),
  find: ({ draft }) =>
    draft.flatMap(({ id, name, mvds, node }) => [
      ...costs(`${id}, ${name}, MVDS`, mvds),
      { what: `${id}, ${name}, MVDS: latency, 90 %`, unit: "s", measured: mvds.p90Seconds },
      ...costs(`${id}, ${name}, this node`, node),
      { what: `${id}, ${name}, this node: latency, 90 %`, unit: "s", measured: node.p90Seconds },
    ]),
});

export const mvdsSizes = section<MvdsFigures>({
  name: "mvds-sizes",
  title: "What filters save in chats of 2, 10 and 100",
  shows:
    "The same messages with offers and acknowledgements, with filters as acknowledgements that may be wrong, and with " +
    "filters alone. What may be in a filter is sent later and never given up.",
  command: words("mvds --part sizes --people 100 --messages 2 --loss 0.01 --seed 1"),
  quick: words("mvds --part sizes --people 3 --messages 1 --cycle 60 --limit 1 --seed 1"),
  find: ({ sizes, maybe }) => [
    ...sizes.flatMap((row) => costs(`${row.members} members, ${row.form}`, row)),
    {
      what: 'delivered where "maybe in the filter" postpones',
      unit: "%",
      measured: maybe === null ? null : maybe.later * 100,
      target: atLeast(100),
      control: {
        off: 'postponing ("maybe" ends the sending)',
        measured: maybe === null ? null : maybe.acked * 100,
      },
    },
  ],
});
