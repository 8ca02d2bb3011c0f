import { decodeBody } from "../../../wire/body.ts";
import { readBundle } from "../../../wire/bundle.ts";
import type { Crypto, Random } from "../../../wire/crypto.ts";
import type { WireBundle } from "../../../wire/message.ts";
import { encodePlaces } from "../../../wire/places.ts";
import { type Held, heldOf, placeKey } from "../../sets/held.ts";
import { holds } from "../../store/store.ts";
import { hasExpired, placesIn } from "../store/bundle-lookup.ts";
import type { OverlayStore } from "../store/overlay-store.ts";
import { ExportReader, ExportWriter, type FileOverlay, type Flaw } from "./export-file.ts";

/** What is to be written, and what with. */
export interface ExportParts {
  crypto: Crypto;
  random: Random;
  file: FileOverlay;
  store: OverlayStore;
  /** Unix milliseconds: what has expired by then is left out. */
  wallMs(): number;
}

/** Which bundles are to be in it; all by default. */
export interface ExportChoice {
  /** Whether to take what came with this number; policies and grants are taken in any case. */
  isSince?: (arrival: number) => boolean;
  /** What its reader holds already, by place, as far as we do. */
  theirs?: ReadonlySet<string>;
}

export interface Exported {
  /** Bundles that are in the file. */
  bundles: number;
  /** Those that are held and not in it, but named. */
  named: number;
  bytes: number;
}

/** Looked at between two turns of the event loop: some 3 ms, of which reading them takes most. */
const PER_TURN = 128;

/**
 * An export, piece by piece: first what decides over other bundles, then all else in the order of global times, so that
 * of a file that is cut each bundle can be admitted. Others have their turn in between. What is committed meanwhile may
 * or may not be in it; what expires within two minutes is not.
 */
export async function* exportBundles(
  parts: ExportParts,
  choice: ExportChoice = {},
): AsyncGenerator<Uint8Array, Exported> {
  const { store } = parts;
  const writer = new ExportWriter(parts.file, parts);
  const done: Exported = { bundles: 0, named: 0, bytes: 0 };
  const out = (bytes: Uint8Array): Uint8Array => {
    done.bytes += bytes.length;
    return bytes;
  };
  /** Places of what is left out, 24 bytes each. BOUNDED: by what is held. */
  const leftOut: Uint8Array[] = [];
  yield out(writer.begin());
  for (const lane of ["control", "rest"] as const) {
    for (const places of portions(laneOf(store, lane), PER_TURN)) {
      const chosen = choose(parts, places, { ...choice, isControl: lane === "control" });
      done.bundles += chosen.bundles.length;
      done.named += chosen.leftOut.length;
      if (chosen.leftOut.length > 0) leftOut.push(encodePlaces(chosen.leftOut));
      for (const record of writer.bundles(chosen.bundles)) yield out(record);
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
  for (const places of leftOut) yield out(writer.held(places));
  yield out(writer.end());
  return done;
}

function* laneOf({ control, index }: OverlayStore, lane: "control" | "rest"): Iterable<Held> {
  if (lane === "control") return yield* placesIn([control]);
  for (const held of placesIn([index])) if (!control.has(held)) yield held;
}

function* portions(places: Iterable<Held>, size: number): Iterable<Held[]> {
  let portion: Held[] = [];
  for (const held of places) {
    if (portion.push(held) < size) continue;
    yield portion;
    portion = [];
  }
  if (portion.length > 0) yield portion;
}

function choose(
  { store, wallMs }: ExportParts,
  places: readonly Held[],
  { isSince, theirs, isControl }: ExportChoice & { isControl: boolean },
): { bundles: WireBundle[]; leftOut: Held[] } {
  const bundles: WireBundle[] = [];
  const leftOut: Held[] = [];
  for (const held of places) {
    const isTheirs = theirs?.has(placeKey(held)) === true;
    const record = isTheirs ? undefined : store.get(held);
    const isOld = record !== undefined && !isControl && isSince?.(record.arrival) === false;
    if (isTheirs || isOld) leftOut.push(held);
    else if (record !== undefined && !isOver(record, wallMs())) bundles.push(record);
  }
  return { bundles, leftOut };
}

/** Whether nobody is to read it any more. */
function isOver({ body }: WireBundle, wallMs: number): boolean {
  const header = decodeBody(body);
  return typeof header === "string" || hasExpired({ header }, wallMs);
}

/** What somebody holds of what we hold, as the export says that they made. */
export interface TheirHoldings {
  theirs: ReadonlySet<string>;
  /** Where it is not whole: then they may hold more. */
  flaw?: Flaw;
}

/** Reads an export for what its maker holds. Rejects with a UserError where it is none, or of another overlay. */
export async function readHoldings(
  { crypto, store }: Pick<ExportParts, "crypto" | "store">,
  overlayKey: Uint8Array,
  chunks: AsyncIterable<Uint8Array>,
  identify: (salt: Uint8Array, tag: Uint8Array) => FileOverlay,
): Promise<TheirHoldings> {
  /** BOUNDED: by what is held here. */
  const theirs = new Set<string>();
  const note = (held: Held): void => {
    if (holds(store, held)) theirs.add(placeKey(held));
  };
  const reader = new ExportReader(crypto, identify);
  for await (const chunk of chunks) {
    for (const brought of reader.read(chunk)) {
      if ("places" in brought) brought.places.forEach(note);
      else {
        for (const wire of brought.bundles) {
          const bundle = readBundle(crypto, overlayKey, wire);
          if (!("rejected" in bundle)) note(heldOf(bundle.header.globalTime, bundle.id));
        }
      }
    }
    if (reader.isSpent) break;
  }
  const flaw = reader.end();
  return { theirs, ...(flaw && { flaw }) };
}
