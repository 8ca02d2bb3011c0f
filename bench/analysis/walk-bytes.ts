import { DEFAULT_CLEAR_BYTES, SEALING_BYTES } from "../../wire/sealed.ts";
import type { Profile } from "../../node/core/profile.ts";
import { REQUESTS_PER_OFFER } from "../../node/sync/fingerprint-compare.ts";
import { symbolsFor } from "../../node/sync/sketch/estimate.ts";
import { everything } from "../../node/sync/subset.ts";
import { STEP_MS } from "../../candidates/constants.ts";
import { Address } from "../../wire/address.ts";
import { encodedBytes } from "../../wire/encode.ts";
import { SYMBOL_BYTES } from "../../wire/limits.ts";
import {
  UNKNOWN_NAT,
  type IntroductionRequest,
  type IntroductionResponse,
} from "../../wire/message.ts";
import { BARE_REQUEST_BYTES, filterBytes } from "../../wire/sizes.ts";

/** Any day of this century. */
const EPOCH = 20_000;
const HOUR_MS = 3_600_000;
/** Of the steps go to somebody just introduced (the walk's choice): it has to be validated first. */
const INTRODUCED_SHARE = 0.2475;

const ADDRESS = Address.of("93.184.216.34", 6_421)!;
const EIGHT = new Uint8Array(8).fill(0xff);
const NAT = { ...UNKNOWN_NAT, mapping: "none" } as const;

/**
 * UDP payload bytes that an idle node sends in an hour, everything added up: one exchange per step as asker, one as the
 * asked, one puncture as the named. `held` bundles are in the offer; a filter without any is one byte long.
 */
export function walkBytesPerHour(profile: Profile, held: number): number {
  const common = {
    identifier: EIGHT,
    instance: EIGHT,
    destination: ADDRESS,
    grant: EIGHT,
    nat: NAT,
  };
  const request: IntroductionRequest = {
    kind: "introduction-request",
    ...common,
    token: EIGHT,
    advice: true,
  };
  const response: IntroductionResponse = {
    kind: "introduction-response",
    ...common,
    validated: true,
    tracker: false,
  };
  const offer = offeringBytes(profile, held, request);
  const sealed = 2 * SEALING_BYTES;
  const offers = profile.hints && held > 0 ? 1 / REQUESTS_PER_OFFER : 1;
  const asking = encodedBytes(request) + offers * (offer - encodedBytes(request));
  const validating = INTRODUCED_SHARE * (BARE_REQUEST_BYTES + encodedBytes(response));
  const naming = encodedBytes({
    kind: "puncture-request",
    token: EIGHT,
    nonce: EIGHT,
    target: ADDRESS,
    nat: NAT,
    startMs: 0,
    instance: EIGHT,
    sought: false,
  });
  // One for the introduction, and one in answer to somebody's.
  const puncturing = 2 * encodedBytes({ kind: "puncture", nonce: EIGHT, instance: EIGHT });
  // A response that names somebody is padded to this. Its request and it are sealed.
  const perStep = asking + validating + BARE_REQUEST_BYTES + sealed + naming + puncturing;
  return (perStep * HOUR_MS) / STEP_MS;
}

/** Bytes of a request with an offer, where the sets are equal. */
function offeringBytes(profile: Profile, held: number, request: IntroductionRequest): number {
  if (held === 0) return DEFAULT_CLEAR_BYTES - filterBytes(DEFAULT_CLEAR_BYTES);
  if (!profile.sketches) return DEFAULT_CLEAR_BYTES;
  const symbols = new Uint8Array(symbolsFor(0) * SYMBOL_BYTES);
  const subset = everything(held);
  const offer = { kind: "sketch", subset, epoch: EPOCH, count: held, symbols } as const;
  return encodedBytes({ ...request, offer });
}
