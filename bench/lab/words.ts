import { EXIT, UserError } from "../../node/host/errors.ts";
import { isKind, type Kind, type NatOptions, WEB_PORTS } from "./kinds/kinds.ts";
import type { KindPair } from "./matrix.ts";
import type { Side } from "./plan.ts";

/* Words of the lab's command line. All throw a UserError when they mean nothing. */

export function natOptions(kind: Kind, words: string[]): NatOptions {
  const options: NatOptions = { kind };
  for (const word of words) {
    const [name = "", value] = word.split("=");
    const set = NAT_WORDS[name];
    if (set === undefined) throw usage(`no such option of a NAT: ${word}`);
    set(options, Number(value));
  }
  return options;
}

const NAT_WORDS: Record<string, (options: NatOptions, value: number) => void> = {
  poisonable: (options) => (options.poisonable = true),
  portmap: (options) => (options.portMapping = true),
  web: (options) => (options.onlyPorts = WEB_PORTS),
  hairpin: (options) => (options.hairpin = true),
  quota: (options, value) => (options.sessionQuota = value),
  flows: (options, value) => (options.newFlowsPerSecond = value),
  refresh: (options, value) => (options.outboundRefreshSeconds = value),
  base: (options, value) => (options.portBase = value),
};

export function sideOf(text: string | undefined): Side {
  if (text === "a" || text === "b") return text;
  throw usage(`no such side: ${text ?? ""}`);
}

export function kindOf(text: string | undefined): Kind {
  if (text !== undefined && isKind(text)) return text;
  throw usage(`no such kind of NAT: ${text ?? ""}`);
}

export function usage(message: string): UserError {
  return new UserError(message, "See: --help", EXIT.usage);
}

/** `apdf:rnd`, a pair. */
export function pairOf(text: string): KindPair {
  const [a, b] = text.split(":");
  return [kindOf(a), kindOf(b)];
}
