import { accessSync, constants, lstatSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { KEYS_FILE } from "../store/vanishing-keys.ts";
import { HomeError, codeOf } from "../errors.ts";
import { ANY_ACCESS_BY_OTHERS, WRITING_BY_OTHERS, checkOwn, quote } from "../files/ownership.ts";
import { type Finding, ok, problem, warning } from "./finding.ts";
import type { Surroundings } from "./surroundings.ts";

/** Whether the home and all that is in it are ours, and the secrets ours alone. */
export async function permissions({ home, facts }: Surroundings): Promise<Finding> {
  const faults = facts.exists ? faultsIn(home) : [];
  if (faults.length > 0) {
    const [first] = faults;
    const more = faults.length === 1 ? "" : `, and ${faults.length - 1} more such`;
    return problem(`permissions-${first!.kind}`, `${first!.text}${more}`, first!.next);
  }
  if (!facts.exists) {
    return warning(
      "permissions-no-home",
      `there is no node in ${home} yet`,
      "Make one: dispersy init, or name the folder of yours with --home.",
    );
  }
  if (facts.failure !== undefined) {
    return problem("permissions-unreadable", facts.failure.message, facts.failure.hint);
  }
  return ok("permissions-private", `${home} and its keys are yours alone`);
}

interface Fault {
  kind: "others" | "denied" | "read-only";
  text: string;
  next: string;
}

function faultsIn(home: string): Fault[] {
  const atHome = [...faultOf("the home", home, WRITING_BY_OTHERS), ...unwritable(home)];
  if (atHome.length > 0) return atHome.slice(0, 1);
  const folders = namesIn(join(home, "overlays")).map((name) => join(home, "overlays", name));
  const secrets = folders.flatMap((folder) =>
    namesIn(folder)
      .filter((name) => name.endsWith(".key"))
      .map((name) => join(folder, name)),
  );
  if (namesIn(home).includes(KEYS_FILE)) secrets.push(join(home, KEYS_FILE));
  const store = join(home, "store");
  const stored = namesIn(store).map((name) => join(store, name));
  return [
    ...folders.flatMap((path) => faultOf("the folder", path)),
    ...secrets.flatMap((path) => [...faultOf("the secret key", path), ...unreadable(path)]),
    ...stored.flatMap((path) => [
      ...faultOf("the file", path, WRITING_BY_OTHERS),
      ...unreadable(path),
    ]),
  ];
}

/** Whose it is, and what others may do with it. */
function faultOf(what: string, path: string, forbidden = ANY_ACCESS_BY_OTHERS): Fault[] {
  try {
    checkOwn(what, path, what === "the home" ? statSync(path) : lstatSync(path), forbidden);
    return [];
  } catch (error) {
    if (error instanceof HomeError) {
      return [{ kind: "others", text: error.message, next: error.hint }];
    }
    return [denied(path, error)];
  }
}

function unwritable(home: string): Fault[] {
  try {
    accessSync(home, constants.R_OK | constants.W_OK | constants.X_OK);
    return [];
  } catch (error) {
    if (codeOf(error) !== "EROFS") return [denied(home, error)];
    const text = `the home ${home} is on a read-only filesystem`;
    const next =
      "Mount it writable, or name another folder with --home: only ls and get work here.";
    return [{ kind: "read-only", text, next }];
  }
}

function unreadable(path: string): Fault[] {
  try {
    accessSync(path, constants.R_OK);
    return [];
  } catch (error) {
    return [denied(path, error)];
  }
}

function denied(path: string, error: unknown): Fault {
  const next = `Run this as the user whose node it is; if it is yours: chmod u+rwX ${quote(path)}`;
  return { kind: "denied", text: `${path} cannot be used (${codeOf(error)})`, next };
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    // One that is missing is made at the next start; one that is denied shows by what was asked of it.
    return [];
  }
}
