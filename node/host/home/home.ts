import {
  type Stats,
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { homedir } from "node:os";
import { isAbsolute, join, resolve, win32 } from "node:path";
import { fromHex, toHex } from "../../../wire/bytes.ts";
import { PUBLIC_KEY_BYTES } from "../../../wire/limits.ts";
import { type HostPort, formatHostPort, parseHostPort } from "../../../wire/place.ts";
import {
  parseWebSocketUrl,
  type WebSocketPlace,
  webSocketUrl,
} from "../../../wire/websocket-place.ts";
import { makeFolder } from "../files/make-folder.ts";
import { isDiskFull } from "../files/disk-error.ts";
import { EXIT, HomeError, codeOf, messageOf } from "../errors.ts";
import { WRITING_BY_OTHERS, checkOwn } from "../files/ownership.ts";
import { hostRandom } from "../random.ts";
import { readSecret, syncFolder, writeDurably } from "../files/secret-file.ts";

/** An overlay as its folder in the home describes it. */
export interface HomeOverlay {
  /** Hexadecimal overlay id, also the folder's name. */
  overlay: string;
  /** 32 bytes. */
  key: Uint8Array;
  /** 32 bytes: `member.key`. */
  memberSecret: Uint8Array;
  /** 32 bytes: `overlay.key`; founders only. */
  overlaySecret?: Uint8Array;
  /** 32 bytes: `invitation.key`. */
  invitation?: Uint8Array;
  /** 32 bytes: `root.key`, what the members of a private overlay share. Absent: the overlay is public. */
  root?: Uint8Array;
  /** A founder's: the policy that the overlay is to have. */
  writers?: "open" | "members";
  seeds: HostPort[];
  /** Where to begin when UDP is blocked. */
  ws?: WebSocketPlace[];
  /** Left: keys and bundles are kept, so that joining again resumes with the same identity. */
  left: boolean;
}

/** `node.json`. */
interface NodeFile {
  /** UDP port of the last run: NAT mappings and tickets stay valid over a restart. */
  port?: number;
  /** Hexadecimal. */
  portmapNonce?: string;
}

const OVERLAY_ID_PATTERN = /^[0-9a-f]{40}$/;
const SECRETS = [
  ["memberSecret", "member.key"],
  ["overlaySecret", "overlay.key"],
  ["invitation", "invitation.key"],
  ["root", "root.key"],
] as const;
/** Of these, what a later ticket may bring. */
const BROUGHT_LATER: readonly (typeof SECRETS)[number][0][] = ["invitation", "root"];

/**
/**
 * `$XDG_DATA_HOME/dispersy` or `~/.local/share/dispersy` (XDG Base Directory Specification 0.8); on Windows
 * `%LOCALAPPDATA%\dispersy`, which does not roam: one key is for one machine. Throws a HomeError (exit code 2) where
 * HOME names no place, as with `HOME=`: the home would be wherever the command is typed.
 */
export function defaultHome(
  platform: NodeJS.Platform = process.platform,
  env: NodeJS.ProcessEnv = process.env,
): string {
  if (platform === "win32") {
    return win32.join(env["LOCALAPPDATA"] ?? win32.join(homedir(), "AppData", "Local"), "dispersy");
  }
  const data = env["XDG_DATA_HOME"];
  // The specification: a relative path in the variable is invalid and to be ignored.
  if (data !== undefined && data.startsWith("/")) return join(data, "dispersy");
  const own = homedir();
  if (isAbsolute(own)) return join(own, ".local", "share", "dispersy");
  throw new HomeError(
    `HOME is "${own}", which is no folder to keep a node in`,
    "Set HOME to your home folder, or name a folder with --home.",
    EXIT.usage,
  );
}

/** One folder holds everything of a node. The caller holds its lock. */
export class Home {
  readonly path: string;
  readonly #isReadOnly: boolean;

  private constructor(path: string, isReadOnly: boolean) {
    this.path = path;
    this.#isReadOnly = isReadOnly;
  }

  /**
   * Creates the folder (0700) when there is none. Throws a HomeError when that cannot be done, or when others own it or
   * can write to it: they could put keys and sockets of theirs there. Others may list it; all that is in it is private.
   */
  static prepare(path: string = defaultHome()): Home {
    const home = new Home(resolve(path), false);
    home.#checkOwn();
    try {
      makeFolder(join(home.path, "overlays"), 0o700);
      accessSync(home.path, constants.R_OK | constants.W_OK | constants.X_OK);
    } catch (error) {
      throw unusable(home.path, error);
    }
    home.#checkOwn();
    return home;
  }

  /** One that is there, for reading: nothing is written, so that a read-only copy will do. Throws a HomeError. */
  static forReading(path: string = defaultHome()): Home {
    const home = new Home(resolve(path), true);
    home.#checkOwn();
    try {
      accessSync(home.path, constants.R_OK | constants.X_OK);
    } catch (error) {
      throw unusable(home.path, error);
    }
    return home;
  }

  /** Before anything is put into it: a folder that is no home of ours is left as it was. */
  #checkOwn(): void {
    let stats: Stats | undefined;
    try {
      stats = statSync(this.path, { throwIfNoEntry: false });
    } catch (error) {
      throw unusable(this.path, error);
    }
    if (stats?.isDirectory()) checkOwn("the home", this.path, stats, WRITING_BY_OTHERS);
  }

  /** All overlays, those left included, in the order of their ids. Throws a HomeError on unsafe key files. */
  overlays(): HomeOverlay[] {
    const folder = join(this.path, "overlays");
    let names: string[];
    try {
      names = readdirSync(folder).sort();
    } catch (error) {
      throw unusable(folder, error);
    }
    for (const name of names) {
      // A creation that a crash cut short: nobody has seen its keys.
      if (name.startsWith(".new-") && !this.#isReadOnly) {
        rmSync(join(folder, name), { recursive: true });
      }
    }
    return names.filter((name) => OVERLAY_ID_PATTERN.test(name)).map((name) => this.#read(name));
  }

  /** Writes an overlay's folder: afterwards it is there completely and durably, or not at all. */
  create(overlay: HomeOverlay): void {
    this.#writing(() => this.#create(overlay));
  }

  #create(overlay: HomeOverlay): void {
    const folder = join(this.path, "overlays", overlay.overlay);
    const unfinished = join(this.path, "overlays", `.new-${overlay.overlay}`);
    rmSync(unfinished, { recursive: true, force: true });
    mkdirSync(unfinished, { mode: 0o700 });
    for (const [name, file] of SECRETS) {
      const secret = overlay[name];
      if (secret !== undefined) writeDurably(join(unfinished, file), secret);
    }
    writeDurably(join(unfinished, "overlay.json"), describe(overlay));
    renameSync(unfinished, folder);
    syncFolder(join(this.path, "overlays"));
  }

  /** Replaces what may change: seeds, `left`, and an invitation or a root where there was none. */
  update(overlay: HomeOverlay): void {
    const folder = join(this.path, "overlays", overlay.overlay);
    this.#writing(() => {
      for (const [name, file] of SECRETS.filter(([secret]) => BROUGHT_LATER.includes(secret))) {
        const [secret, path] = [overlay[name], join(folder, file)];
        if (secret !== undefined && !existsSync(path)) writeDurably(path, secret);
      }
      writeDurably(join(folder, "overlay.json"), describe(overlay));
    });
  }

  #writing(write: () => void): void {
    try {
      write();
    } catch (error) {
      throw unwritable(this.path, error);
    }
  }

  get port(): number | undefined {
    const { port } = this.#nodeFile();
    return Number.isInteger(port) && port! > 0 && port! < 65_536 ? port : undefined;
  }

  rememberPort(port: number): void {
    if (this.port !== port) this.#remember({ port });
  }

  /**
   * What a router knows our port mapping by: `length` random bytes. The same over restarts, for what a killed run
   * had mapped is renewed for no other (RFC 6887 section 11.3).
   */
  portmapNonce(length: number): Uint8Array {
    const { portmapNonce } = this.#nodeFile();
    const known = typeof portmapNonce === "string" && fromHex(portmapNonce, length);
    if (known) return known;
    const nonce = hostRandom.bytes(length);
    this.#remember({ portmapNonce: toHex(nonce) });
    return nonce;
  }

  #nodeFile(): NodeFile {
    try {
      const file: unknown = JSON.parse(readFileSync(join(this.path, "node.json"), "utf8"));
      return typeof file === "object" && file !== null ? file : {};
    } catch {
      // Never written, or unreadable: what it held can be chosen anew.
      return {};
    }
  }

  /** What a full disk forgets is chosen anew at the next start, and that is no reason not to run now. */
  #remember(change: NodeFile): void {
    const file = JSON.stringify({ ...this.#nodeFile(), ...change });
    try {
      writeDurably(join(this.path, "node.json"), `${file}\n`);
    } catch (error) {
      if (!isDiskFull(error)) throw unwritable(this.path, error);
    }
  }

  #read(name: string): HomeOverlay {
    const folder = join(this.path, "overlays", name);
    checkOwn("the folder", folder, statSync(folder));
    const [memberSecret, overlaySecret, invitation, root] = SECRETS.map(([, file]) =>
      readSecret(join(folder, file)),
    );
    if (memberSecret === undefined) {
      throw new HomeError(
        `${join(folder, "member.key")} is missing`,
        "Restore it from a backup, or move the overlay's folder away and join again.",
      );
    }
    return {
      overlay: name,
      ...readDescription(join(folder, "overlay.json")),
      memberSecret,
      ...(overlaySecret && { overlaySecret }),
      ...(invitation && { invitation }),
      ...(root && { root }),
    };
  }
}

function describe({ key, seeds, ws = [], left, writers }: HomeOverlay): string {
  const places = { seeds: seeds.map(formatHostPort), ws: ws.map(webSocketUrl) };
  const file = { key: toHex(key), writers, ...places, left };
  return `${JSON.stringify(file, undefined, 2)}\n`;
}

function readDescription(path: string): Omit<HomeOverlay, "overlay" | "memberSecret"> {
  let file: { key?: unknown; seeds?: unknown; ws?: unknown; left?: unknown; writers?: unknown };
  try {
    file = JSON.parse(readFileSync(path, "utf8")) as typeof file;
  } catch (error) {
    throw damaged(path, messageOf(error));
  }
  const key = typeof file?.key === "string" ? fromHex(file.key, PUBLIC_KEY_BYTES) : undefined;
  if (key === undefined) throw damaged(path, "no overlay key");
  const { writers } = file;
  const ws = placesIn(file.ws, parseWebSocketUrl);
  return {
    key,
    ...((writers === "open" || writers === "members") && { writers }),
    seeds: placesIn(file.seeds, parseHostPort),
    ...(ws.length > 0 && { ws }),
    left: file.left === true,
  };
}

function placesIn<P>(list: unknown, parse: (text: string) => P | undefined): P[] {
  if (!Array.isArray(list)) return [];
  return list.flatMap((place) => (typeof place === "string" ? (parse(place) ?? []) : []));
}

function damaged(path: string, reason: string): HomeError {
  return new HomeError(
    `${path} cannot be used: ${reason}`,
    "Restore it from a backup, or move the overlay's folder away and join again.",
  );
}

function unwritable(path: string, error: unknown): HomeError {
  return new HomeError(
    `the home ${path} cannot be written to (${codeOf(error) ?? messageOf(error)})`,
    "See whether the disk is full or read-only.",
    EXIT.failed,
  );
}

function unusable(path: string, error: unknown): HomeError {
  if (isDiskFull(error)) return unwritable(path, error);
  const code = codeOf(error) ?? messageOf(error);
  if (code === "EROFS") {
    return new HomeError(
      `the home ${path} is on a read-only filesystem (EROFS)`,
      "Only `dispersy ls`, `get` and `tail --no-follow` work there. Name another folder with --home.",
      EXIT.failed,
    );
  }
  const hint = "Name a folder that you can write to with --home.";
  if (code === "ENOTDIR" || code === "EEXIST") {
    return new HomeError(`the home ${path} is not a folder`, hint);
  }
  return new HomeError(`the home ${path} cannot be created or read (${code})`, hint);
}
