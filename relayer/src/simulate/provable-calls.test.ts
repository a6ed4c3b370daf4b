import { exampleConfig } from "@pdiem/bridge/testing/config";
import { expect, it } from "vitest";
import { RpcError } from "../error.js";
import { tryCalls } from "./provable-calls.js";

const config = { ...exampleConfig, parachain: { ...exampleConfig.parachain, profile: undefined } };

it("calls that no node's metadata proves are told of, tried again, and not told of any more once they are", async () => {
  let at = 0;
  let answer: "nothing" | "proof" | "away" = "nothing";
  let asked = 0;
  const proofFor = async () => {
    asked += 1;
    if (answer === "proof") return { leaves: [] } as never;
    throw answer === "away"
      ? new RpcError("rpc/unreachable", "nobody there", "backoff")
      : new RpcError("rpc/metadata", "expected metadata 15", "backoff");
  };
  const run = async <T>(): Promise<T> => 1 as T;
  const parachain = { run, endpoints: { run, health: () => [] } } as never;
  const calls = tryCalls({ config, parachain, metadata: { proofFor } }, () => at);
  calls.try(901);
  await expect.poll(calls.fault).toEqual({ specVersion: 901, reason: "expected metadata 15" });
  calls.try(901);
  expect(asked).toBe(1);
  at = 31_000;
  answer = "away";
  calls.try(901);
  await expect.poll(() => asked).toBe(2);
  expect(calls.fault()?.reason).toBe("expected metadata 15");
  at = 62_000;
  answer = "proof";
  await expect
    .poll(() => {
      calls.try(901);
      return calls.fault();
    })
    .toBeUndefined();
  calls.try(901);
  expect(asked).toBe(3);
});
