/** Why a datagram was dropped. Each is the name of a counter. */
export const REJECTION_REASONS = [
  "empty",
  "too-large",
  /** The overlay id is not the first field or not 20 bytes wide. */
  "overlay-missing",
  "not-protobuf",
  /** Names its overlay or its kind twice, so that two readers may see two messages. */
  "ambiguous",
  "kind-unknown",
  "sealed",
  "version-unsupported",
  "identifier-width",
  "instance-width",
  "token-width",
  "grant-width",
  "nonce-width",
  "address-invalid",
  "nat-invalid",
  "start-invalid",
  "dial-back-invalid",
  "holdings-invalid",
  "fingerprint-width",
  "subset-invalid",
  "salt-width",
  "bloom-invalid",
  "sketch-invalid",
  "cursor-invalid",
  "ids-invalid",
  "answer-invalid",
  /** Names of bundles that are cut off, none, or too many. */
  "notice-invalid",
  /** A place for WebSockets that nobody may tell: see `tellableWebSocket`. */
  "web-socket-invalid",
  "bundles-too-many",
  "number-invalid",
  /** More authors than bundles. */
  "authors-unused",
  "author-width",
  "author-twice",
  /** A bundle's index points at no author. */
  "author-missing",
  "body-width",
  "signature-width",
] as const;
export type RejectionReason = (typeof REJECTION_REASONS)[number];

export interface Rejection {
  rejected: RejectionReason;
}
