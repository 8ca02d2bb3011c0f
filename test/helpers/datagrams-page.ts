import { capacityOf } from "../../node/sync/filter/bloom.ts";
import { ADAPTIVE } from "../../node/core/profile.ts";
import { MAX_LINK_DATAGRAM_BYTES } from "../../node/net/transports.ts";
import { pack } from "../../node/sync/packing.ts";
import {
  BUNDLE_ID_BYTES,
  DEFAULT_DATAGRAM_BYTES,
  MAX_BODY_BYTES,
  MAX_DATAGRAM_BYTES,
  MAX_PAYLOAD_BYTES,
  MIN_DATAGRAM_BYTES,
  OVERLAY_ID_BYTES,
  PUBLIC_KEY_BYTES,
  SIGNATURE_BYTES,
} from "../../wire/limits.ts";
import { field } from "../../wire/field-sizes.ts";
import { SEALING_BYTES } from "../../wire/sealed.ts";
import {
  bundleBytes,
  cursorRanges,
  EMPTY_BUNDLES_BYTES,
  filterBytes,
  payloadWithin,
  sizeTable,
  sketchSymbols,
  wantedElements,
} from "../../wire/sizes.ts";

const HEAD = `# Datagrams

What each part takes of a datagram, computed from \`wire/sizes.ts\` by \`npm run pages\`. The budget is that of a UDP payload: ${DEFAULT_DATAGRAM_BYTES} bytes by default, which
every IPv6 path carries; \`--datagram-bytes\` takes ${MIN_DATAGRAM_BYTES} to ${MAX_DATAGRAM_BYTES}. Whatever was chosen, a node takes datagrams of up to ${MAX_DATAGRAM_BYTES} bytes.
By WebSocket and by pipe a datagram has up to ${MAX_LINK_DATAGRAM_BYTES} bytes, whatever was chosen.
`;

const NETWORKS_TEXT = `## What networks carry

Payloads of an IP packet that is not divided: the MTU less 20 bytes of IPv4 or 40 of IPv6 header and 8 of UDP.
`;

/** By name, their MTUs. 802.11 could carry 2,304, but what stands behind a radio is Ethernet. */
const NETWORKS: readonly [name: string, mtu: number][] = [
  ["Ethernet, Wi-Fi", 1_500],
  ["PPPoE", 1_492],
  ["an IPv6 tunnel in IPv4", 1_480],
  ["WireGuard", 1_420],
  ["the least of IPv6", 1_280],
  ["the least of IPv4", 576],
];

const SMALL_TEXT = `## What a smaller datagram has room for

Bundles that do not fit are withheld: nobody divides a bundle. A node whose \`--datagram-bytes\` is less than ${DEFAULT_DATAGRAM_BYTES} tells its peers to send nothing larger
either, so larger bundles neither go nor come; it holds and offers those that it has. The same holds on a path that was found to lose larger datagrams
(an MTU black hole), in the direction that loses them; other peers may bring what stays away. \`dispersy status\` says how many bundles that are, and to or from whom.
`;

const BUDGETS = [MIN_DATAGRAM_BYTES, 548, 972, 1_192, DEFAULT_DATAGRAM_BYTES, MAX_DATAGRAM_BYTES];

/** docs/datagrams.md. */
export function datagramsPage(): string {
  return [
    HEAD,
    NETWORKS_TEXT,
    ...table(
      ["network", "MTU", "over IPv4", "over IPv6"],
      NETWORKS.map(([name, mtu]) => [name, mtu, mtu - 28, mtu < 1_280 ? "" : mtu - 48]),
    ),
    "",
    "## One bundle of the largest\n",
    ...table(["part", "bytes"], bundleParts()),
    "",
    SMALL_TEXT,
    ...table(
      [
        "budget",
        "payload of a bundle, always",
        "bundles with 60 bytes of payload",
        "bundles that a filter tells at 1 %",
        "symbols of a sketch",
        "stretches that a cursor asks for",
        "elements that a response asks for",
      ],
      BUDGETS.map(roomOf),
    ),
    "",
    "## The largest of each message\n",
    "All optional fields there, IPv6 addresses and the largest numbers; sealed where it is sealed between nodes.\n",
    ...table(
      ["message", "bytes", `left of ${DEFAULT_DATAGRAM_BYTES}`],
      sizeTable().map(({ message, bytes }) => [message, bytes, DEFAULT_DATAGRAM_BYTES - bytes]),
    ),
    "",
  ].join("\n");
}

function bundleParts(): (string | number)[][] {
  const overlay = field(OVERLAY_ID_BYTES);
  const author = field(PUBLIC_KEY_BYTES);
  const signature = field(SIGNATURE_BYTES);
  const whole = bundleBytes(bundle(MAX_BODY_BYTES), 0, true);
  const parts: (string | number)[][] = [
    ["sealing: which key, who, counter, tag", SEALING_BYTES],
    ["overlay id", overlay],
    ["what it answers, and its place in the answer", EMPTY_BUNDLES_BYTES - overlay],
    ["author, once for all its bundles in the datagram", author],
    ["signature", signature],
    ["tags and lengths", whole - author - signature - MAX_BODY_BYTES],
    ["header of the bundle: time, kind, a parent and all else", MAX_BODY_BYTES - MAX_PAYLOAD_BYTES],
    ["payload", MAX_PAYLOAD_BYTES],
  ];
  const sum = parts.reduce((bytes, [, part]) => bytes + Number(part), 0);
  return [...parts, ["together", sum], ["left", DEFAULT_DATAGRAM_BYTES - sum]];
}

function roomOf(budget: number): number[] {
  const clear = budget - SEALING_BYTES;
  // As it is in public overlays: global time, kind, when it was written, and the payload.
  const short = Array.from({ length: 100 }, () => bundle(SHORT_BODY_BYTES));
  return [
    budget,
    payloadWithin(budget),
    pack(short, true, clear)[0]!.length,
    capacityOf(filterBytes(clear) * 8, ADAPTIVE.falsePositiveRate),
    sketchSymbols(clear),
    cursorRanges(clear),
    wantedElements(clear),
  ];
}

/** A payload of 60 with its tag and length, a global time below 2^21, a parent, and when it was written. */
const SHORT_BODY_BYTES = field(60) + 4 + field(20) + 7;

function bundle(bodyBytes: number) {
  return {
    author: new Uint8Array(BUNDLE_ID_BYTES),
    body: new Uint8Array(bodyBytes),
    signature: new Uint8Array(SIGNATURE_BYTES),
  };
}

function table(columns: string[], rows: (string | number)[][]): string[] {
  return [columns, columns.map(() => "---"), ...rows].map((row) => `| ${row.join(" | ")} |`);
}
