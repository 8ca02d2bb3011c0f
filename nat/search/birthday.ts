import type { Random } from "../../wire/crypto.ts";
import { FIRST_PORT, LAST_PORT, MAIN_SOCKET, type Probe, type SearchSide } from "./probe.ts";
import { shuffled } from "./shuffled.ts";

/**
 * The birthday search between an easy side and one whose ports are random: the latter opens BIRTHDAY_SOCKETS ports
 * towards the easy side's one, which looks for any of them. With K open of R = 64,512, N distinct probes hit with 1 -
 * prod(1 - K / (R - i)): 98.3 % of 1,024 probes at K = 256, 99.97 % of 2,048; half need no more than 174.
 */
export const BIRTHDAY_SOCKETS = 256;

/** A burst of new flows is what NATs and cheap access points drop; still all are open within a quarter of a second. */
const OPEN_INTERVAL_MS = 1;
/**
 * New flows that a NAT refused at first get in later: each socket sends again in turn, as long as the other side
 * searches.
 */
const REFRESH_INTERVAL_MS = 10;
const REFRESHES = 1_000;
/** The first refresh still must not arrive: the other side has searched few ports by then. */
const PRIMING_ROUNDS = 2;

/** The side with random ports: `sockets` sockets, all towards the other side's one port, again and again. */
export function* birthdayOpen({ peerPort: port }: SearchSide, sockets: number): Generator<Probe> {
  for (let i = 0; i < sockets + REFRESHES; i++) {
    const priming = i < PRIMING_ROUNDS * sockets;
    const afterMs = i < sockets ? OPEN_INTERVAL_MS : REFRESH_INTERVAL_MS;
    yield { socket: i % sockets, port, priming, afterMs };
  }
}

/** Until the first of the other side's ports are open. */
const SEARCH_DELAY_MS = 150;
/** 500 a second hit within 0.5 s on average; nine searches in ten are over by then. */
const FAST_INTERVAL_MS = 2;
const FAST_PROBES = 1_024;
/** A search that is not over by then meets a NAT that lets few new flows through (50 a second is a known limit). */
const SLOW_INTERVAL_MS = 10;
const SLOW_PROBES = 2_048;

/** The easy side: distinct ports in random order, and once more from the beginning. */
export function* birthdaySearch(
  { peerLow, peerHigh }: Pick<SearchSide, "peerLow" | "peerHigh">,
  random: Random,
): Generator<Probe> {
  let sent = 0;
  while (sent < FAST_PROBES + SLOW_PROBES) {
    for (const port of shuffled(
      Math.max(peerLow, FIRST_PORT),
      Math.min(peerHigh, LAST_PORT),
      random,
    )) {
      if (sent >= FAST_PROBES + SLOW_PROBES) return;
      const interval = sent < FAST_PROBES ? FAST_INTERVAL_MS : SLOW_INTERVAL_MS;
      const afterMs = sent === 0 ? SEARCH_DELAY_MS : interval;
      yield { socket: MAIN_SOCKET, port, priming: false, afterMs };
      sent++;
    }
  }
}
