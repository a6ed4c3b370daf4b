import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { beforeAll, describe, expect, it } from "vitest";

/** Built, as threads start with a module of their own: what `npm test` does before it runs. */
const program = fileURLToPath(new URL("../../dist/testing/blocked-enclave.js", import.meta.url));

let told: Readonly<Record<string, unknown>> = {};
beforeAll(async () => {
  told = JSON.parse((await promisify(execFile)(process.execPath, [program], { timeout: 90_000 })).stdout);
}, 100_000);

describe("a door on a thread of its own", () => {
  it("answers the status while the other thread does nothing but work on a request", () => {
    expect(told.waited).toMatch(/^(ok|not-equal)$/);
  });

  it("tells the status as the last answer left it", () => {
    expect([told.isStatusRightBefore, told.isStatusRightAfter]).toEqual([true, true]);
  });

  it("gives each request its own answer, and passes on what is logged", () => {
    expect(told.answers).toEqual(["01", "02", "03"].map((byte) => byte.repeat(32)));
    expect(told.events).toEqual(["request", "request", "request"]);
  });

  it("says why it can't open where the address is taken", () => {
    expect(told.taken).toContain("EADDRINUSE");
  });
});
