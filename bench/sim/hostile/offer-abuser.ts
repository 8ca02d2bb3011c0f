import {
  ELEMENT_BYTES,
  MAX_FUNCTIONS,
  MAX_GLOBAL_TIME,
  MAX_ID_BITS,
  MAX_MODULO,
  MAX_RANGES,
  MAX_WANTED,
  POSITION_ID_BYTES,
  SYMBOL_BYTES,
} from "../../../wire/limits.ts";
import type { Answer, Offer, Position, Subset } from "../../../wire/message.ts";
import { epochOf } from "../../../node/sets/epoch.ts";
import { everything } from "./amplifier.ts";
import type { Attacker, Behaviour } from "./attacker.ts";

const FILTER_BYTES = 900;
const SYMBOLS = 90;

/**
 * Asks with offers that cost as much as they can: all ones, all zeroes, the widest and the emptiest ranges. Claims to
 * hold much, and answers offers by asking for what nobody has, and by ends that are none.
 */
export function offerAbuser(attacker: Attacker): Behaviour {
  return {
    intervalMs: 700,
    act() {
      const to = attacker.anybody();
      attacker.ask(to, offer(attacker));
    },
    holdings() {
      const count = attacker.pick([1, 100, 100_000, MAX_GLOBAL_TIME]);
      return { count, globalTime: 100, admitted: 100, fingerprint: attacker.fresh() };
    },
    answer: () => answer(attacker),
  };
}

function answer(attacker: Attacker): Answer {
  const id = attacker.random.bytes(POSITION_ID_BYTES);
  const globalTime = attacker.pick([1, 100, MAX_GLOBAL_TIME]);
  const lies: Partial<Answer>[] = [
    { wanted: attacker.random.bytes(MAX_WANTED * ELEMENT_BYTES) },
    { coming: attacker.pick([1, 64, 128]) },
    { undecoded: attacker.pick([1, 1_000, 2 ** 32 - 1]) },
    { reached: { globalTime, id } },
    {},
  ];
  const datagrams = attacker.pick([0, 1, 2 ** 32 - 1]);
  return { datagrams, more: attacker.pick([true, false]), ...attacker.pick(lies) };
}

function offer(attacker: Attacker): Offer {
  return attacker.pick([filter, sketch, cursor])(attacker);
}

function sketch(attacker: Attacker): Offer {
  const length = SYMBOLS * SYMBOL_BYTES;
  const symbols = [
    new Uint8Array(length),
    // One element in every symbol, and nothing that is one.
    new Uint8Array(length).fill(attacker.random.below(256)),
    attacker.random.bytes(length),
    new Uint8Array(SYMBOL_BYTES),
  ];
  return {
    kind: "sketch",
    subset: attacker.pick(subsets(attacker)),
    epoch: epochOf(attacker.wall) + attacker.pick([-1, 0, 0, 0, 1, 1_000]),
    count: attacker.pick([0, 1, MAX_GLOBAL_TIME]),
    symbols: attacker.pick(symbols),
  };
}

function cursor(attacker: Attacker): Offer {
  const place = (globalTime: number): Position => {
    return { globalTime, id: attacker.random.bytes(POSITION_ID_BYTES) };
  };
  const ranges = [
    [{ from: place(1), before: undefined }],
    [{ from: place(MAX_GLOBAL_TIME - 1), before: place(MAX_GLOBAL_TIME) }],
    Array.from({ length: MAX_RANGES }, (_, i) => {
      return { from: place(3 * i + 1), before: place(3 * i + 2) };
    }),
  ];
  return {
    kind: "cursor",
    subset: attacker.pick(subsets(attacker)),
    ranges: attacker.pick(ranges),
    bytes: attacker.pick([0, 1, 2 ** 32 - 1]),
  };
}

function subsets(attacker: Attacker): Subset[] {
  const { subset } = everything(attacker);
  return [
    subset,
    { ...subset, low: MAX_GLOBAL_TIME },
    { ...subset, low: 1_000, high: 2 },
    { ...subset, modulo: MAX_MODULO, offset: MAX_MODULO - 1 },
    { ...subset, idBits: MAX_ID_BITS, idPrefix: 2 ** MAX_ID_BITS - 1 },
  ];
}

function filter(attacker: Attacker): Offer {
  const all = everything(attacker);
  const filters = [
    new Uint8Array(FILTER_BYTES),
    new Uint8Array(FILTER_BYTES).fill(255),
    // Six bits of ten: as full as is still read.
    new Uint8Array(FILTER_BYTES).fill(0b1011_0110),
    attacker.random.bytes(FILTER_BYTES),
    new Uint8Array(1),
  ];
  const functions = attacker.pick([1, 7, MAX_FUNCTIONS]);
  return {
    ...all,
    subset: attacker.pick(subsets(attacker)),
    filter: attacker.pick(filters),
    functions,
  };
}
