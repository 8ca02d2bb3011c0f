// What log-file.test.ts runs with its errors going into the log of a home. Not a test: HOME BYTES LINES.
import { writeSync } from "node:fs";
import { keepLogSmall } from "../../../node/cli/service/log-file.ts";

const [home = "", bytes, lines] = process.argv.slice(2);
const STDERR = 2;
/** Some looks at the size fall into the time that it takes. */
const PAUSE_MS = 20;

keepLogSmall(home, Number(bytes));
for (let i = 0; i < Number(lines); i++) {
  try {
    writeSync(STDERR, `${String(i).padStart(999, ".")}\n`);
  } catch (error) {
    // A node goes on as well when its log cannot be written.
    if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
  }
  await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
}
