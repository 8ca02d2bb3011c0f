import { linkAddress } from "../../../wire/address-scope.ts";
import { Carry } from "../../core/carry.ts";
import { equalBytes, fromHex, toHex } from "../../../wire/bytes.ts";
import { OVERLAY_ID_BYTES } from "../../../wire/limits.ts";
import { exportBundles, readHoldings } from "../exports/export.ts";
import type { FileOverlay, Flaw } from "../exports/export-file.ts";
import { importBundles } from "../exports/import.ts";
import { instant } from "../clock.ts";
import { EXIT, UserError } from "../errors.ts";
import type { HomeOverlay } from "../home/home.ts";
import { hostRandom } from "../random.ts";
import { type CursorTag, checkAhead, parseCursor } from "../readers/cursor.ts";
import type { Joined } from "../runtime/joined.ts";
import { arrivalAt } from "../store/arrivals.ts";
import { nativeCrypto } from "../verify/native-crypto.ts";
import type { Importer } from "./importer.ts";

export interface ExportOptions {
  overlay?: string;
  /** Only what came here since: Unix milliseconds, or the cursor of a delivery. Policies and grants in any case. */
  since?: number | string;
  /** An export of the one who shall get it: what that one holds is left out. */
  theirs?: AsyncIterable<Uint8Array>;
}

/** What was written. */
export interface ExportOutcome {
  overlay: string;
  /** Bundles in the export. */
  bundles: number;
  bytes: number;
  /** Of the bundles here, how many the one holds whose export was given. */
  theyHold?: number;
  /** Where that export is not whole: they may hold more. */
  theirProblem?: FileProblem;
}

/** Where a file is not as it was written. */
export interface FileProblem {
  /** `cut`: it ends there; `damaged`: it was altered there; `more`: something follows its end. */
  what: "cut" | "damaged" | "more";
  /** Which record of the file, from 1 on. */
  record: number;
  /** Where that begins. */
  byte: number;
}

/** What came of an import. */
export interface ImportOutcome {
  overlay: string;
  /** Bundles that are held since. */
  new: number;
  /** Bundles that were held before. */
  held: number;
  /** Bundles that are not held, by why. */
  refused: { [reason: string]: number };
  /** Whether the file is whole. */
  complete: boolean;
  /** Where it is not: what is whole came all the same. */
  problem?: FileProblem;
}

/** An export of one overlay, piece by piece. */
export async function* exportOf(
  joined: Joined,
  tag: CursorTag,
  { since, theirs }: ExportOptions,
): AsyncGenerator<Uint8Array, ExportOutcome> {
  const { overlay, store, key } = joined;
  const parts = { crypto: nativeCrypto, store };
  const isSince = since === undefined ? undefined : sinceTest(joined, tag, since);
  const known = theirs && (await readHoldings(parts, key, theirs, identifierAmong([joined], [])));
  const { bundles, bytes } = yield* exportBundles(
    { ...parts, random: hostRandom, file: fileOverlay(joined.home), wallMs: () => instant().wall },
    { ...(isSince && { isSince }), ...(known && { theirs: known.theirs }) },
  );
  const outcome = { overlay, bundles, bytes };
  if (known === undefined) return outcome;
  const theirProblem = known.flaw && problemOf(known.flaw);
  return { ...outcome, theyHold: known.theirs.size, ...(theirProblem && { theirProblem }) };
}

let imports = 0;

/** Takes in an export; `chosen`: of this overlay only. */
export async function importInto(
  importer: Importer,
  { all, left, chosen }: { all: Joined[]; left: HomeOverlay[]; chosen: Joined | undefined },
  chunks: AsyncIterable<Uint8Array>,
  progress?: (bundles: number) => void,
): Promise<ImportOutcome> {
  // Links are numbered from 1 on, and never come so far. Each file by itself: one with bad signatures casts no doubt on
  // the next.
  const from = linkAddress(2 ** 32 - 1 - (imports++ % 2 ** 16));
  const { overlay, fresh, held, refused, flaw } = await importBundles(
    {
      crypto: nativeCrypto,
      identify: identifierAmong(all, left, chosen),
      bring: ({ id }, bundles) => importer.bring(toHex(id), from, bundles),
      ...(progress && { progress }),
    },
    chunks,
  );
  const outcome = { overlay: toHex(overlay), new: fresh, held, refused };
  if (flaw === undefined) return { ...outcome, complete: true };
  return { ...outcome, complete: false, problem: problemOf(flaw) };
}

function problemOf({ what, record, byte }: Flaw): FileProblem {
  return { what, record, byte };
}

function fileOverlay({ overlay, key, root }: FileKeys): FileOverlay {
  const carry = new Carry(nativeCrypto, root ?? key);
  return { id: fromHex(overlay, OVERLAY_ID_BYTES)!, carry };
}

type FileKeys = Pick<HomeOverlay, "overlay" | "key" | "root">;

/** Finds the overlay of a file among ours; throws a UserError where it is none of them, or not the chosen one. */
function identifierAmong(
  all: readonly Joined[],
  left: readonly HomeOverlay[],
  chosen?: Joined,
): (salt: Uint8Array, tag: Uint8Array) => FileOverlay {
  return (salt, tag) => {
    const isOf = (keys: FileKeys): boolean => equalBytes(fileOverlay(keys).carry.tag(salt), tag);
    const found = all.find(({ home }) => isOf(home));
    if (found === undefined) throw left.some(isOf) ? OF_LEFT : OF_NONE;
    if (chosen !== undefined && found !== chosen) throw ofAnother(found);
    return fileOverlay(found.home);
  };
}

/** Whether a bundle came since, by the number that it came with. */
function sinceTest(
  { store }: Joined,
  tag: CursorTag,
  since: number | string,
): (arrival: number) => boolean {
  if (typeof since === "number") return (arrival) => arrival >= arrivalAt(since);
  const cursor = parseCursor(tag, since);
  checkAhead(cursor, store.lastArrival, instant().wall);
  const waiting = new Set(cursor.waiting);
  return (arrival) => arrival > cursor.read || waiting.has(arrival);
}

const OF_NONE = new UserError(
  "the file is of an overlay that this home does not take part in",
  "Join it first: dispersy join TICKET; then import the file again.",
  EXIT.refused,
);
const OF_LEFT = new UserError(
  "the file is of an overlay that this home has left",
  "Join it again first: dispersy join TICKET; then import the file again.",
  EXIT.refused,
);

function ofAnother({ overlay }: Joined): UserError {
  return new UserError(
    `the file is of another overlay: ${overlay}`,
    "Name that one with --overlay, or leave --overlay out.",
    EXIT.refused,
  );
}
