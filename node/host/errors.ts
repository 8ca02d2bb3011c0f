/** What a process of ours ends with. Documented in the manual; scripts depend on it. */
export const EXIT = {
  done: 0,
  failed: 1,
  usage: 2,
  noDaemon: 3,
  timedOut: 4,
  checkFailed: 5,
  refused: 6,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
export type FailureCode = Exclude<ExitCode, typeof EXIT.done>;

/**
 * Something that the user can put right. `message` says what happened, `hint` what to do next; both are
 * sentences for people. Anything else that is thrown is a defect of this program.
 */
export class UserError extends Error {
  readonly exitCode: FailureCode;
  readonly hint: string;

  constructor(message: string, hint: string, exitCode: FailureCode = EXIT.failed) {
    super(message);
    this.name = "UserError";
    this.hint = hint;
    this.exitCode = exitCode;
  }
}

/** The hint where what was to be published together was not. */
export const NOTHING_PUBLISHED = "Nothing was published.";

/** The home folder cannot or must not be used as it is. */
export class HomeError extends UserError {
  constructor(message: string, hint: string, exitCode: FailureCode = EXIT.refused) {
    super(message, hint, exitCode);
    this.name = "HomeError";
  }
}

/** Another process has the home: perhaps only for a moment. */
export class HomeInUse extends HomeError {}

/** The `code` of a system error such as ENOENT, or undefined. */
export function codeOf(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null | undefined)?.code;
  return typeof code === "string" ? code : undefined;
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
