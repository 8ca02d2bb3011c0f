import { closeSync, fstatSync, ftruncateSync, openSync, readSync } from "node:fs";
import { endianness } from "node:os";
import { codeOf } from "./errors.ts";

/**
 * LMDB's native code ends the process with SIGSEGV on a file whose first pages are not its own, and with SIGBUS where
 * the file is shorter than it says. Both are looked at before it is opened.
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

/** Throws an Error that says what is wrong; a file that is missing or empty is a new database. */
export function checkDataFile(path: string): void {
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
    const first = readMeta(file, 0);
    const second = readMeta(file, first.pageSize);
    const bytes = (Math.max(first.lastPage, second.lastPage) + 1) * first.pageSize;
    // Rightly so when the last pages are free; if not, zeroes at least can be read.
    if (size < bytes) ftruncateSync(file, bytes);
  } finally {
    closeSync(file);
  }
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
