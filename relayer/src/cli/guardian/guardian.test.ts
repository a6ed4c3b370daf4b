import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bridgeId } from "@pdiem/bridge/config/bridge-config";
import { initialGovernance } from "@pdiem/bridge/governance/governance-state";
import { exampleConfig, filled } from "@pdiem/bridge/testing/config";
import { PAUSE, THAW } from "@pdiem/bridge/testing/guardians";
import { proposeDecision } from "@pdiem/bridge-client/guardians/decision-file";
import { formatEvidenceFile, makeEvidenceFile } from "@pdiem/bridge-client/guardians/evidence-file";
import { toHex } from "@pdiem/light-client/bytes";
import { publicKeyOf } from "@pdiem/light-client/crypto/ed25519";
import { hashOfText, ledgerInfoAt } from "@pdiem/light-client/diem/testing/ledger";
import { epochStateOf, signLedgerInfo, validators } from "@pdiem/light-client/diem/testing/validators";
import { afterAll, describe, expect, it } from "vitest";
import { runCommand as run, writeLonelyConfig } from "../testing/run-command.js";
import { writeDecision } from "./files.js";

const folder = mkdtempSync(join(tmpdir(), "pdiem-guardian-"));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string): string => join(folder, name);

const CONFIG = writeLonelyConfig(at("relayer.json"), exampleConfig);

const place = { governance: initialGovernance(exampleConfig), until: 1_700_000_000_000n };
const pause = (id = bridgeId(exampleConfig)) => proposeDecision(id, place, PAUSE);
const offline = ["--config", CONFIG, "--offline"] as const;

const seeds = [filled(32, 7), filled(32, 8), filled(32, 99)];
const [FIRST, SECOND, STRANGER] = seeds.map((seed, i) => {
  writeFileSync(at(`key-${i}`), `${toHex(seed)}\n`);
  return at(`key-${i}`);
}) as [string, string, string];

describe("guardians without a relayer", () => {
  it("make keys that nobody else can read, and never over another file", async () => {
    const { code, out } = await run("guardian", "key", at("new"));
    expect(code).toBe(0);
    expect(out).toBe(`0x${toHex(publicKeyOf(Buffer.from(readFileSync(at("new"), "utf8").trim(), "hex")))}`);
    expect(statSync(at("new")).mode & 0o777).toBe(0o600);
    expect(await run("guardian", "key", at("new"))).toMatchObject({ code: 2, out: "" });
  });

  it("see what they sign and whose signatures there are", async () => {
    writeDecision(at("one"), pause());
    writeDecision(at("two"), pause());
    expect((await run("guardian", "sign", at("one"), "--key", FIRST, ...offline)).out).toContain("Pause: nothing but");
    await run("guardian", "sign", at("two"), "--key", SECOND, ...offline);
    await run("guardian", "sign", at("two"), "--key", STRANGER, ...offline);
    expect(await run("guardian", "merge", at("all"), at("one"), at("two"))).toMatchObject({
      code: 0,
      out: `3 signatures in ${at("all")}`,
    });
    const { out } = await run("guardian", "show", at("all"), ...offline);
    expect(out).toContain("Signed by 3:");
    expect(out.match(/^ {2}0x.* a guardian in force$/gm)).toHaveLength(2);
    expect(out).toContain(`0x${toHex(publicKeyOf(filled(32, 99)))} NOT one who may sign`);
    expect(out).toContain("2 of the 2 that are needed have signed, each a guardian in force");
  });

  it("are warned of a decision that could lie in wait, as a relayer that lies about the time would have them sign", async () => {
    const shown = async (hours: number) => {
      const until = BigInt(Date.now() + hours * 3_600_000);
      writeDecision(at("later"), proposeDecision(bridgeId(exampleConfig), { ...place, until }, PAUSE));
      return (await run("guardian", "show", at("later"), ...offline)).out;
    };
    expect(await shown(24)).not.toContain("lie in wait");
    expect(await shown(48)).toContain("MORE THAN 24 h AHEAD by this machine's clock: it could lie in wait");
  });

  it("see all actions of a decision, and who else has to sign where it brings other guardians", async () => {
    const others = { keys: [publicKeyOf(filled(32, 41))], threshold: 1, freezer: filled(32, 0x21) };
    const file = proposeDecision(bridgeId(exampleConfig), place, THAW, { type: "guardians", value: others });
    writeDecision(at("several"), file);
    const { out } = await run("guardian", "show", at("several"), ...offline);
    expect(out).toContain("Thaw the frozen assets.");
    expect(out).toContain("Other guardians: 1 of these 1 must sign");
    expect(out).toContain("0 of the 1 that are needed have signed, each one of the new guardians");
  });

  it("propose nothing without a relayer that tells the present state", async () => {
    const args = ["guardian", "propose", "pause", "thaw", "--out", at("proposed"), "--config", CONFIG];
    expect(await run(...args)).toMatchObject({ code: 3, out: "", err: expect.stringMatching(/^rpc\/unreachable/) });
    expect(await run("guardian", "propose", "--out", at("proposed"), "--config", CONFIG)).toMatchObject({ code: 2 });
  });

  it("sign nothing about another bridge, and merge nothing about another decision", async () => {
    writeDecision(at("foreign"), pause(filled(32, 1)));
    const foreign = await run("guardian", "sign", at("foreign"), "--key", FIRST, ...offline);
    expect(foreign).toMatchObject({ code: 1, out: "", err: expect.stringMatching(/^decision\/other-bridge/) });
    writeDecision(at("mine"), pause());
    expect(await run("guardian", "merge", at("none"), at("mine"), at("foreign"))).toMatchObject({
      code: 1,
      err: expect.stringMatching(/^refused\/another-decision/),
    });
  });

  it("are told of unreadable keys and files", async () => {
    writeDecision(at("mine"), pause());
    writeFileSync(at("bad-key"), "12");
    const badKey = await run("guardian", "sign", at("mine"), "--key", at("bad-key"), ...offline);
    expect(badKey).toMatchObject({ code: 2, err: expect.stringMatching(/^config\/key/) });
    writeFileSync(at("not-json"), "{");
    expect(await run("guardian", "show", at("not-json"), ...offline)).toMatchObject({
      code: 2,
      err: expect.stringMatching(/^config\/not-json/),
    });
  });
});

describe("pdiem evidence show", () => {
  const signers = validators(4);
  const fork = {
    type: "diem",
    value: {
      first: signLedgerInfo(ledgerInfoAt(9, hashOfText("one")), signers),
      second: signLedgerInfo(ledgerInfoAt(9, hashOfText("two")), signers),
    },
  } as const;
  const file = makeEvidenceFile(filled(32, 1), { diem: [epochStateOf(1n, signers)], relay: [] }, fork);

  it("verifies a file and says what was vouched for twice, and by whom", async () => {
    writeFileSync(at("evidence"), JSON.stringify(formatEvidenceFile(file)));
    const { code, out } = await run("evidence", "show", at("evidence"));
    expect(code).toBe(0);
    expect(out).toContain("Diem's validators of epoch 1 signed two ledger infos for version 9:");
    expect(out).toContain("  validators of epoch 1");
  });

  it("refuses a file that proves nothing", async () => {
    const honest = { ...file, misbehaviour: { ...fork, value: { ...fork.value, second: fork.value.first } } };
    writeFileSync(at("honest"), JSON.stringify(formatEvidenceFile(honest)));
    expect(await run("evidence", "show", at("honest"))).toMatchObject({
      code: 1,
      out: "",
      err: expect.stringMatching(/^proof\//),
    });
  });
});
