import { Address } from "../../../wire/address.ts";
import { UNKNOWN_NAT, type Message } from "../../../wire/message.ts";
import type { Attacker, Behaviour } from "./attacker.ts";

/** Sends all kinds of messages with forged sources: random ones, other nodes', its victims'. */
export function spoofer(attacker: Attacker): Behaviour {
  return {
    intervalMs: 600,
    act() {
      const to = attacker.anybody();
      const sources = [
        randomAddress(attacker),
        attacker.anybody(),
        attacker.pick(attacker.victims),
      ];
      attacker.spoof(attacker.pick(sources), to, guess(attacker, to));
    },
  };
}

/** Anywhere in 24.0.0.0/8, where the simulation's own hosts may be as well. */
export function randomAddress(attacker: Attacker): Address {
  const [a, b, c] = attacker.random.bytes(3);
  return Address.of(`24.${a}.${b}.${c}`, 1 + attacker.random.below(65_535))!;
}

/** A message that would do something, had its sender guessed 64 bits. */
export function guess(attacker: Attacker, to: Address): Message {
  const target = attacker.pick(attacker.victims);
  const nat = UNKNOWN_NAT;
  const [nonce, instance] = [attacker.fresh(), attacker.fresh()];
  const introduction = { address: target, nonce, nat, startMs: 0, instance };
  const request = attacker.bareRequest(to);
  return attacker.pick<Message>([
    request,
    { ...request, token: attacker.fresh() },
    { ...attacker.response(to, attacker.fresh()), introduction },
    { kind: "puncture", nonce: attacker.fresh(), instance: attacker.fresh() },
    {
      kind: "puncture-request",
      token: attacker.fresh(),
      nonce: attacker.fresh(),
      target,
      nat,
      startMs: 0,
      instance,
      sought: true,
    },
    { kind: "bundles", token: attacker.fresh(), bundles: [] },
  ]);
}
