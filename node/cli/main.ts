#!/usr/bin/env node
/* Says so when Node.js is too old. It parses on 12 and later: whatever is newer is imported after the look. */

/** As `engines` in package.json has it. */
const NEEDED = "20.19";

const [needed, found] = [NEEDED, process.versions.node].map((text) => {
  const [major, minor] = text.split(".");
  return Number(major) * 1000 + Number(minor);
});
if (found! < needed!) {
  const sentence = `dispersy needs Node.js ${NEEDED} or newer, and this is ${process.versions.node}: see https://nodejs.org`;
  const isJson = process.argv.includes("--json");
  const hint = "Install a newer one.";
  const error = { code: "failed", exitCode: 1, message: sentence, hint };
  process.stderr.write(isJson ? `${JSON.stringify({ error })}\n` : `error: ${sentence}\n`);
  process.exitCode = 1;
} else {
  void import("./start.ts");
}
