import {
  closeSync,
  constants,
  fstatSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readSync,
  statfsSync,
  statSync,
  writeSync,
} from "node:fs";
import { endianness } from "node:os";
import { join } from "node:path";
import { spaceOf } from "./disk-space.ts";
import { codeOf } from "../errors.ts";
import { makePrivate } from "../files/secret-file.ts";

/**
 * LMDB's native code ends the process with SIGSEGV on a file whose first pages are not its own, and on a disk without
 * room for them; with SIGBUS where the file is shorter than it says, or where a page of its lock cannot be filled. All
 * this is looked at before it is opened.
 *
 * Layout of a meta page (mdb.c, MDB_page_header and MDB_meta, 64-bit): magic at 24, version at 28, page size at 48,
 * last page at 144. There are two, at 0 and at the page size.
 */
const MAGIC = 0xbeefc0de;
const VERSION = 2;
const MAGIC_AT = 24;
const VERSION_AT = 28;
const PAGE_SIZE_AT = 48;
const LAST_PAGE_AT = 144;
const META_BYTES = 160;

/** What a new database takes, some 100 kB, ten times over: keys and the first bundles come on top. */
const NEW_DATABASE_BYTES = 1024 * 1024;
/** LMDB asks for 8,272 bytes, for 126 readers, and takes what is there beyond them for more of these. */
const LOCK_BYTES = 16 * 1024;
/** The statfs type of tmpfs (linux/magic.h): there a page that is only read takes memory too. */
const TMPFS = 0x01021994;

const DATA = "data.mdb";
const LOCK = "lock.mdb";

/**
 * Prepares the folder of a database so that opening and reading it raises no signal, and makes it private: LMDB would
 * give its files a mode that depends on the umask, which belongs to the whole process. Throws an Error that says why it
 * cannot.
 */
export function prepareFolder(path: string): void {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  const data = join(path, DATA);
  const isNew = (statSync(data, { throwIfNoEntry: false })?.size ?? 0) === 0;
  if (isNew && (spaceOf(path)?.freeBytes ?? Infinity) < NEW_DATABASE_BYTES) {
    throw Object.assign(new Error("no room for a new database"), { code: "ENOSPC" });
  }
  makePrivate(path, [DATA, LOCK]);
  allocateLock(join(path, LOCK));
  checkDataFile(data);
}

/**
 * The same for a database that is only read: nothing is made or mended. Throws an Error that says why it cannot be
 * read.
 */
export function checkFolder(path: string): void {
  const data = join(path, DATA);
  const file = openSync(data, constants.O_RDONLY);
  try {
    const { size } = fstatSync(file);
    if (size < sizeOf(file)) throw new Error("data.mdb is shorter than it says");
  } finally {
    closeSync(file);
  }
}

/** LMDB would leave holes in the file, and map it for writing. The home is ours alone, so nobody has it mapped. */
function allocateLock(path: string): void {
  const file = openSync(path, constants.O_RDWR | constants.O_CREAT, 0o600);
  try {
    const { size, blocks } = fstatSync(file);
    // Windows tells no blocks, and leaves no holes.
    if (size < LOCK_BYTES || blocks * 512 < size) fill(file, 0, Math.max(size, LOCK_BYTES));
  } finally {
    closeSync(file);
  }
}

/** Writes zeroes, for which the disk must have room. */
function fill(file: number, from: number, to: number): void {
  const zeroes = Buffer.alloc(64 * 1024);
  for (let at = from; at < to;) {
    at += writeSync(file, zeroes, 0, Math.min(zeroes.length, to - at), at);
  }
}

/** Throws an Error that says what is wrong; a file that is missing or empty is a new database. */
function checkDataFile(path: string): void {
  let file: number;
  try {
    file = openSync(path, "r+");
  } catch (error) {
    if (codeOf(error) === "ENOENT") return;
    throw error;
  }
  try {
    const { size } = fstatSync(file);
    if (size === 0) return;
    const bytes = sizeOf(file);
    // Rightly so when the last pages are free; if not, zeroes at least can be read.
    if (size < bytes) ftruncateSync(file, bytes);
    if (size < bytes && statfsSync(path).type === TMPFS) fill(file, size, bytes);
  } finally {
    closeSync(file);
  }
}

/** What the file says of its own length, in bytes. Throws an Error for what is no database. */
function sizeOf(file: number): number {
  const first = readMeta(file, 0);
  const second = readMeta(file, first.pageSize);
  return (Math.max(first.lastPage, second.lastPage) + 1) * first.pageSize;
}

function readMeta(file: number, at: number): { pageSize: number; lastPage: number } {
  const page = Buffer.alloc(META_BYTES);
  const whole = readSync(file, page, 0, META_BYTES, at) === META_BYTES;
  const view = new DataView(page.buffer, page.byteOffset, META_BYTES);
  const little = endianness() === "LE";
  const pageSize = view.getUint32(PAGE_SIZE_AT, little);
  const lastPage = Number(view.getBigUint64(LAST_PAGE_AT, little));
  const isOurs =
    whole &&
    view.getUint32(MAGIC_AT, little) === MAGIC &&
    (view.getUint32(VERSION_AT, little) & 0xffff) === VERSION &&
    pageSize >= 512 &&
    pageSize <= 65_536 &&
    lastPage < 2 ** 36;
  if (!isOurs) throw new Error("data.mdb is damaged or not a database");
  return { pageSize, lastPage };
}
