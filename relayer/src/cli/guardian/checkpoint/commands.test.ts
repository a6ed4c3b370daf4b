import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkpointIn } from "@pdiem/bridge/testing/checkpoints";
import { EXAMPLE_ID, exampleConfig, filled, GUARDIAN_SEEDS } from "@pdiem/bridge/testing/config";
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
const OFFLINE = ["--config", CONFIG, "--offline"];

const [FIRST, SECOND] = GUARDIAN_SEEDS as [Uint8Array, Uint8Array];
const STRANGER = filled(32, 99);
writeFileSync(at("key"), toHex(FIRST));

const run = (command: string, ...args: readonly string[]) => runCommand("guardian", "checkpoint", command, ...args);

const statement = {
  ...checkpointIn(7n, 4n, 1_700_000_000_000n),
  diem: { epoch: 7n, hash: filled(32, 1) },
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
    const { code, out } = await run("show", file, ...OFFLINE);
    expect(code).toBe(0);
    expect(out).toMatch(/^Checkpoint of 2023-11-14T22:13:20.000Z: .*\n.* epoch 7: 0x01/);
    expect(out).toContain("whose storage and calls you have compared: 900");
    expect(out).toContain("Signed by 3:");
    expect(out).toContain(`0x${toHex(publicKeyOf(FIRST))} a guardian in force`);
    expect(out).toContain(`0x${toHex(publicKeyOf(STRANGER))} NOT one who may sign`);
    expect(out).toContain(`0x${toHex(publicKeyOf(SECOND))} INVALID`);
    const json = JSON.parse((await run("show", file, ...OFFLINE, "--json")).out);
    expect(json).toMatchObject({ text: out.split("\n"), file: JSON.parse(readFileSync(file, "utf8")) });
  });

  it("puts signatures of one statement together, not of another, nor of another bridge", async () => {
    const one = write("one", addCheckpointSignature(made, FIRST));
    const two = write("two", addCheckpointSignature(made, SECOND));
    expect(await run("merge", at("both"), one, two)).toMatchObject({ code: 0, out: `2 signatures in ${at("both")}` });
    expect((await run("show", at("both"), ...OFFLINE)).out.match(/^ {2}0x.* a guardian in force$/gm)).toHaveLength(2);
    const later = write("later", proposeCheckpoint(EXAMPLE_ID, { ...statement, time: statement.time + 1n }));
    const foreign = write("foreign", { ...made, bridgeId: filled(32, 1) });
    for (const other of [later, foreign])
      expect(await run("merge", at("none"), one, other)).toMatchObject({
        code: 1,
        err: expect.stringMatching(/^refused\/another-checkpoint/),
      });
    expect(existsSync(at("none"))).toBe(false);
    expect((await run("show", foreign, ...OFFLINE)).err).toMatch(/^decision\/other-bridge/);
  });

  it("signs nothing, and makes nothing, that one's own nodes haven't shown", async () => {
    const file = write("unsigned", made);
    const before = readFileSync(file, "utf8");
    const signing = await run("sign", file, "--key", at("key"), "--config", CONFIG);
    expect(signing).toMatchObject({ code: 3, out: "", err: expect.stringMatching(/^Checkpoint of [\s\S]*\nrpc\//) });
    expect(readFileSync(file, "utf8")).toBe(before);
    const making = await run("propose", "--out", at("made"), ...OFFLINE);
    expect(making).toMatchObject({ code: 3, out: "", err: expect.stringMatching(/^rpc\//) });
    expect(existsSync(at("made"))).toBe(false);
  });

  it.each([
    ["a nonce of another length than 32 bytes", ["--nonce", "0x1234"], "Expected 32 bytes of hex."],
    ["what is no spec version", ["--spec-version", "v1"], "Expected a spec version"],
    ["more than 4 spec versions", ["1", "2", "3", "4", "5"].flatMap((one) => ["--spec-version", one]), "4 at most"],
  ])("doesn't take %s", async (_, options, message) => {
    const { code, err } = await run("propose", "--out", at("made"), ...options, "--config", CONFIG);
    expect(code).toBe(2);
    expect(err).toContain(message);
  });
});
