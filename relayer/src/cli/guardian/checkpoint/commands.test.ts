import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Action } from "@pdiem/bridge/governance/decision";
import { exampleConfig, filled } from "@pdiem/bridge/testing/config";
import { decided, EXAMPLE_ID, GUARDIAN_SEEDS, sign, UNGOVERNED } from "@pdiem/bridge/testing/guardians";
import {
  addCheckpointSignature,
  type CheckpointFile,
  formatCheckpointFile,
  proposeCheckpoint,
} from "@pdiem/bridge-client/guardians/checkpoint-file";
import { toHex } from "@pdiem/light-client/bytes";
import { publicKeyOf } from "@pdiem/light-client/crypto/ed25519";
import { afterAll, describe, expect, it } from "vitest";
import { runCommand, writeLonelyConfig } from "../../testing/run-command.js";

const folder = mkdtempSync(join(tmpdir(), "pdiem-checkpoint-"));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string): string => join(folder, name);

const CONFIG = writeLonelyConfig(at("relayer.json"), exampleConfig);

const [FIRST, SECOND] = GUARDIAN_SEEDS as [Uint8Array, Uint8Array];
const STRANGER = filled(32, 99);
writeFileSync(at("key"), toHex(FIRST));

const run = (command: string, ...args: readonly string[]) => runCommand("guardian", "checkpoint", command, ...args);

const statement = {
  diem: { epoch: 7n, hash: filled(32, 1) },
  relay: { setId: 4n, hash: filled(32, 2) },
  time: 1_700_000_000_000n,
  nonce: undefined,
};

const made = proposeCheckpoint(EXAMPLE_ID, statement);

const write = (name: string, file: CheckpointFile): string => {
  writeFileSync(at(name), JSON.stringify(formatCheckpointFile(file)));
  return at(name);
};

describe("pdiem guardian checkpoint", () => {
  it("shows what one says and whose signatures there are", async () => {
    const foreign = addCheckpointSignature({ ...made, bridgeId: filled(32, 9) }, SECOND).signatures;
    const signed = [FIRST, STRANGER].reduce(addCheckpointSignature, made);
    const file = write("shown", { ...signed, signatures: [...signed.signatures, ...foreign] });
    const { code, out } = await run("show", file, "--config", CONFIG);
    expect(code).toBe(0);
    expect(out).toMatch(/^Checkpoint of 2023-11-14T22:13:20.000Z: .*\n.* epoch 7: 0x01/);
    expect(out).toContain("Signed by 3, 2 guardians have to:");
    expect(out).toContain(`0x${toHex(publicKeyOf(FIRST))} a guardian`);
    expect(out).toContain(`0x${toHex(publicKeyOf(STRANGER))} NOT a guardian`);
    expect(out).toContain(`0x${toHex(publicKeyOf(SECOND))} INVALID`);
    const json = JSON.parse((await run("show", file, "--config", CONFIG, "--json")).out);
    expect(json).toMatchObject({ text: out.split("\n"), file: JSON.parse(readFileSync(file, "utf8")) });
  });

  it("goes by the guardians that a file's succession leads to, and by none that it doesn't", async () => {
    const others: Action = {
      type: "guardians",
      value: { keys: [publicKeyOf(STRANGER)], threshold: 1, freezer: filled(32, 9) },
    };
    const [decision] = decided(UNGOVERNED, others);
    if (decision === undefined) throw new Error("expected a decision");
    const signed = addCheckpointSignature(made, STRANGER);
    const shown = await run("show", write("heirs", { ...signed, succession: [sign(decision)] }), "--config", CONFIG);
    expect(shown.out).toContain("Signed by 1, 1 guardians have to (those since decision 0):");
    expect(shown.out).toContain(`0x${toHex(publicKeyOf(STRANGER))} a guardian`);
    const usurped = write("usurped", { ...signed, succession: [sign(decision, [STRANGER])] });
    expect(await run("show", usurped, "--config", CONFIG)).toMatchObject({
      code: 1,
      out: "",
      err: expect.stringMatching(/^proof\/unknown-guardian/),
    });
  });

  it("puts signatures of one statement together, not of another, nor of another bridge", async () => {
    const one = write("one", addCheckpointSignature(made, FIRST));
    const two = write("two", addCheckpointSignature(made, SECOND));
    expect(await run("merge", at("both"), one, two)).toMatchObject({ code: 0, out: `2 signatures in ${at("both")}` });
    expect((await run("show", at("both"), "--config", CONFIG)).out.match(/ a guardian$/gm)).toHaveLength(2);
    const later = write("later", proposeCheckpoint(EXAMPLE_ID, { ...statement, time: statement.time + 1n }));
    const foreign = write("foreign", { ...made, bridgeId: filled(32, 1) });
    for (const other of [later, foreign])
      expect(await run("merge", at("none"), one, other)).toMatchObject({
        code: 1,
        err: expect.stringMatching(/^refused\/another-checkpoint/),
      });
    expect(existsSync(at("none"))).toBe(false);
    expect((await run("show", foreign, "--config", CONFIG)).err).toMatch(/^decision\/other-bridge/);
  });

  it("signs nothing, and makes nothing, that one's own nodes haven't shown", async () => {
    const file = write("unsigned", made);
    const before = readFileSync(file, "utf8");
    const signing = await run("sign", file, "--key", at("key"), "--config", CONFIG);
    expect(signing).toMatchObject({ code: 3, out: "", err: expect.stringMatching(/^Checkpoint of [\s\S]*\nrpc\//) });
    expect(readFileSync(file, "utf8")).toBe(before);
    const making = await run("make", "--out", at("made"), "--offline", "--config", CONFIG);
    expect(making).toMatchObject({ code: 3, out: "", err: expect.stringMatching(/^rpc\//) });
    expect(existsSync(at("made"))).toBe(false);
  });

  it("takes a nonce of 32 bytes alone", async () => {
    const { code, err } = await run("make", "--out", at("made"), "--nonce", "0x1234", "--config", CONFIG);
    expect(code).toBe(2);
    expect(err).toContain("expected 32 bytes of hex");
  });
});
