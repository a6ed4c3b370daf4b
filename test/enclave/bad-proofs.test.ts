import { formatItems, NO_ITEMS } from "@pdiem/bridge/settlement/items";
import { createMachine, type Machine, post, type Reply } from "@pdiem/enclave/testing/machine";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { prove } from "./evidence.js";
import { itemsOf, refusal, settleRequest, startSealed, worldWith } from "./requests.js";

let machine: Machine;
beforeEach(async () => {
  machine = await createMachine();
});
afterEach(() => machine.clear());

const request = settleRequest(prove(worldWith(2), 5), itemsOf(0, 1));

/** Every non-empty `0x`-text in a value, with what gives a copy of the value that has another text there. */
const texts = (value: unknown): readonly (readonly [text: string, put: (changed: string) => unknown])[] => {
  if (typeof value === "string") return /^0x./.test(value) ? [[value, (changed) => changed]] : [];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, part]) =>
    texts(part).map(([text, put]) => {
      const rebuilt = (changed: string): unknown =>
        Array.isArray(value)
          ? value.map((item: unknown, i) => (String(i) === name ? put(changed) : item))
          : { ...value, [name]: put(changed) };
      return [text, rebuilt] as const;
    }),
  );
};

const flip = (text: string): string => {
  const at = 2 + Math.floor((text.length - 2) / 2);
  return text.slice(0, at) + (text[at] === "0" ? "1" : "0") + text.slice(at + 1);
};

/** Refused for a reason, or a part was changed that nothing needs, and the answer is the honest one. */
const expectRefusalOr = (honest: Reply, { status, body }: Reply): void => {
  if (status === 200) expect(body).toEqual(honest.body);
  else {
    expect([400, 409, 422]).toContain(status);
    expect(body.code).toMatch(/^(decode|proof|refused)\//);
  }
};

describe("a request with bad proofs", () => {
  it.each([
    ["without their last byte", (text: string) => text.slice(0, -2)],
    ["without half a byte", (text: string) => text.slice(0, -1)],
    ["cut to one byte", (text: string) => text.slice(0, 4)],
    ["emptied", () => "0x"],
    ["with a digit changed", flip],
    ["doubled", (text: string) => text + text.slice(2)],
  ])("is refused with a code, each of them %s, and the honest one after it served", async (_, change) => {
    const enclave = await startSealed(machine);
    const changed = texts(request);
    expect(changed.length).toBeGreaterThan(15);
    const replies: Reply[] = [];
    for (const [text, put] of changed) replies.push(await post(enclave, "/v1/settle", put(change(text))));
    const honest = await post(enclave, "/v1/settle", request);
    expect(honest.status).toBe(200);
    for (const reply of replies) expectRefusalOr(honest, reply);
    expect(replies.filter(({ status }) => status !== 200).length).toBeGreaterThan(12);
  });

  const nothing = Object(formatItems(NO_ITEMS));
  it.each([
    ["no field", {}],
    ["a number for the ledger", { ...request, ledger: 5 }],
    ["a ledger that isn't one", { ...request, ledger: "0x00" }],
    ["a ledger of a megabyte", { ...request, ledger: `0x${"00".repeat(1_000_000)}` }],
    ["an unknown profile", { ...request, profile: "mainnet" }],
    ["a field more", { ...request, force: true }],
    ["items that aren't an object", { ...request, items: [] }],
    ["a negative deposit", { ...request, items: { ...nothing, deposits: [{ number: "-1" }] } }],
    ["a fractional count", { ...request, items: { ...nothing, sentEvents: 1.5 } }],
    ["a proof that isn't hex", { ...request, evidence: { diem: { latest: "0xzz" } } }],
    ["a prototype", JSON.parse(`{"__proto__": ${JSON.stringify(request)}}`)],
  ])("is refused as not understood: %s", async (_, body) => {
    const enclave = await startSealed(machine);
    expect(await post(enclave, "/v1/settle", body)).toEqual(refusal(400, expect.stringMatching(/^decode\//)));
    expect(await post(enclave, "/v1/settle", request)).toMatchObject({ status: 200 });
  });

  it("is refused where its parts are of two ledger infos", async () => {
    const enclave = await startSealed(machine);
    const [own, other] = [prove(worldWith(2), 5), prove(worldWith(2), 6)];
    const mixed = { ...own, diem: { ...own.diem, latest: other.diem.latest } };
    expect(await post(enclave, "/v1/settle", settleRequest(mixed, itemsOf(0, 1)))).toEqual(
      refusal(422, expect.stringMatching(/^proof\//)),
    );
  });

  it("is refused where its parts are of two blocks", async () => {
    const enclave = await startSealed(machine);
    const [own, other] = [prove(worldWith(2), 5), prove(worldWith(2), 6)];
    const later = worldWith(2);
    later.parachain.time += 1n;
    const foreign = prove(later, 5).parachain;
    for (const parachain of [
      { ...own.parachain, storageProof: foreign.storageProof },
      { ...own.parachain, headProof: foreign.headProof },
      { ...own.parachain, finality: foreign.finality },
      { ...foreign, finality: other.parachain.finality },
    ])
      expect(await post(enclave, "/v1/settle", settleRequest({ ...own, parachain }, itemsOf(0, 1)))).toEqual(
        refusal(422, expect.stringMatching(/^proof\//)),
      );
  });
});
